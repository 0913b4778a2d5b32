// Both models' C as a program, for sanitizers: settings and looks' codes come in; what the anomaly
// model found, what the fault model is shown, and what is made of scores go out.

#include <stdio.h>

#include "faults.h"

int main(void)
{
    static mc_anomaly anomaly;
    static mc_faults faults;
    mc_fault_settings fault_settings;
    mc_anomaly_settings anomaly_settings;
    while (fread(&fault_settings, sizeof fault_settings, 1, stdin) == 1) {
        uint32_t looks;
        if (fread(&anomaly_settings, sizeof anomaly_settings, 1, stdin) != 1 ||
            fread(&looks, sizeof looks, 1, stdin) != 1 ||
            mc_faults_start(&faults, &fault_settings) != MC_OK ||
            mc_anomaly_start(&anomaly, &anomaly_settings) != MC_OK)
            return 1;
        for (uint32_t i = 0; i < looks; i++) {
            int8_t bands[MC_BANDS], orders[FE_ORDERS], input[FE_ORDERS * MC_CHANNELS];
            uint8_t smoothed[MC_CLASSES];
            mc_anomaly_result result = {0, 0, 0, false};
            if (fread(bands, sizeof bands, 1, stdin) != 1)
                return 1;
            for (uint32_t k = 0; k < FE_ORDERS; k++)
                orders[k] = bands[k % MC_BANDS];
            mc_anomaly_look(&anomaly, bands, &result);
            mc_fault_input(&faults, orders, input);
            mc_faults_judge(&faults, bands, smoothed);
            fwrite(&result, sizeof result, 1, stdout);
        }
    }
    return 0;
}
