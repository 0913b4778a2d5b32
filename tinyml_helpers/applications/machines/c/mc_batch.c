// mc_batch.c: what Python calls on this computer: many looks at once. Not for boards.
#include "tm_memory.h"
#include "watcher.h"

size_t mc_watcher_bytes(void);
uint32_t mc_push_all(mc_watcher *watcher, const int16_t *samples, uint32_t count, mc_look *looks);
int32_t mc_input_all(const mc_fault_settings *settings, const int8_t *orders, uint32_t count,
                     int8_t *inputs);
void mc_score_all(tm_interpreter *interpreter, const int8_t *inputs, uint32_t count,
                  int8_t *scores);
int32_t mc_judge_all(const mc_fault_settings *settings, const int8_t *scores, uint32_t count,
                     uint32_t commissioning, uint8_t *smoothed, uint8_t *suspects);
int32_t mc_anomaly_all(const mc_anomaly_settings *settings, const int8_t *bands, uint32_t count,
                       mc_anomaly_result *results);

size_t mc_watcher_bytes(void)
{
    return sizeof(mc_watcher);
}

// Pushes all samples. Returns how many looks they completed; looks has room for them.
uint32_t mc_push_all(mc_watcher *watcher, const int16_t *samples, uint32_t count, mc_look *looks)
{
    uint32_t made = 0;
    while (count > 0) {
        bool ready = false;
        mc_look look;
        uint32_t taken = mc_push(watcher, samples, count, &look, &ready);
        samples += taken;
        count -= taken;
        if (ready)
            looks[made++] = look;
    }
    return made;
}

// What the fault model is shown. orders: [count, FE_ORDERS]; inputs: [count, FE_ORDERS, MC_CHANNELS].
// Returns what mc_faults_start does.
int32_t mc_input_all(const mc_fault_settings *settings, const int8_t *orders, uint32_t count,
                     int8_t *inputs)
{
    mc_faults faults;
    int32_t status = mc_faults_start(&faults, settings);
    for (uint32_t i = 0; status == MC_OK && i < count; i++)
        mc_fault_input(&faults, orders + (size_t)i * FE_ORDERS,
                       inputs + (size_t)i * FE_ORDERS * MC_CHANNELS);
    return status;
}

// The fault model's scores. inputs: [count, FE_ORDERS, MC_CHANNELS]; scores: [count, MC_CLASSES].
void mc_score_all(tm_interpreter *interpreter, const int8_t *inputs, uint32_t count,
                  int8_t *scores)
{
    for (uint32_t i = 0; i < count; i++) {
        memcpy(tm_input_data(interpreter, 0), inputs, FE_ORDERS * MC_CHANNELS);
        tm_invoke(interpreter);
        memcpy(scores, tm_output_data(interpreter, 0), MC_CLASSES);
        inputs += FE_ORDERS * MC_CHANNELS;
        scores += MC_CLASSES;
    }
}

// What is made of the fault model's scores of the first looks. scores, smoothed: [count,
// MC_CLASSES]; suspects: [count]. Returns what mc_faults_start does.
int32_t mc_judge_all(const mc_fault_settings *settings, const int8_t *scores, uint32_t count,
                     uint32_t commissioning, uint8_t *smoothed, uint8_t *suspects)
{
    mc_faults faults;
    int32_t status = mc_faults_start(&faults, settings);
    for (uint32_t i = 0; status == MC_OK && i < count; i++)
        suspects[i] = (uint8_t)mc_faults_judge(&faults, scores + (size_t)i * MC_CLASSES,
                                               i < commissioning, smoothed + (size_t)i * MC_CLASSES);
    return status;
}

// What a new anomaly model makes of looks. bands: [count, MC_BANDS]; results: [count].
// Returns what mc_anomaly_start does.
int32_t mc_anomaly_all(const mc_anomaly_settings *settings, const int8_t *bands, uint32_t count,
                       mc_anomaly_result *results)
{
    mc_anomaly anomaly;
    int32_t status = mc_anomaly_start(&anomaly, settings);
    for (uint32_t i = 0; status == MC_OK && i < count; i++)
        mc_anomaly_look(&anomaly, bands + (size_t)i * MC_BANDS, &results[i]);
    return status;
}
