// The anomaly model as a program, for sanitizers: settings and looks' bands come in, what it found
// goes out.

#include <stdio.h>

#include "anomaly.h"

int main(void)
{
    static mc_anomaly anomaly;
    mc_anomaly_settings settings;
    uint32_t looks;
    while (fread(&settings, sizeof settings, 1, stdin) == 1) {
        if (fread(&looks, sizeof looks, 1, stdin) != 1 ||
            mc_anomaly_start(&anomaly, &settings) != MC_OK)
            return 1;
        for (uint32_t i = 0; i < looks; i++) {
            int8_t bands[MC_BANDS];
            mc_anomaly_result result;
            if (fread(bands, sizeof bands, 1, stdin) != 1)
                return 1;
            mc_anomaly_look(&anomaly, bands, &result);
            fwrite(&result, sizeof result, 1, stdout);
        }
    }
    return 0;
}
