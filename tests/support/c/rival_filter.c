// A rival of the exercise network as a program, for sanitizers: windows come in, their features and
// the classes named go out.

#include <stdio.h>

#include "rival_features.h"

uint32_t rv_class(const int8_t *window);

int main(void)
{
    int8_t window[RV_SAMPLES * RV_AXES];
    while (fread(window, sizeof window, 1, stdin) == 1) {
        int16_t features[RV_FEATURES];
        rv_features(window, features);
        int16_t found = (int16_t)rv_class(window);
        fwrite(features, sizeof features, 1, stdout);
        fwrite(&found, sizeof found, 1, stdout);
    }
    return 0;
}
