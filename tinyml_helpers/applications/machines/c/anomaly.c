#include "anomaly.h"

#include "spectrum.h"
#include "tm_memory.h"

// Bits behind the point of covariances, of L, and of a band's distance from its mean.
enum { COVARIANCE_BITS = 24, L_BITS = 20, MEAN_BITS = 16, REST_BITS = 12 };

#define ONE ((int64_t)1 << COVARIANCE_BITS)

// What doesn't overflow, and why. Codes lie within 128 of 0, so a variance of n looks is at most
// 127.5^2 n / (n - 1) < 2^14.02; with n <= 4096 no n^2 × variance × 2^24 reaches 2^62.1.
// Let T be the sum of variances, S the regularised covariance, f = 1/4 + T / 4096 what was added on
// its diagonal: no eigenvalue of S is less than f, no S_ii more than 2^14.04, nor than 4097 f.
//
// S = L D L' has f <= D_j and sum over k of L_ik^2 D_k = S_ii. So |L_ij| <= sqrt(S_ii / f) < 65, and
// by Cauchy and Schwarz every sum over some k of L_ik D_k L_jk is at most sqrt(S_ii S_jj).
// L's rounding, 2^-21, changes S by at most 2^-21 × sum over k of |L_ik| D_k in each place, so by less
// than 2^-18 T, and its eigenvalues by less than 2^-13 T: less than f, and S stays positive.
//
// A look is at most 255 from the mean in each band: d^2 <= 32 × 255^2 / f < 2^23.1. With y = L^-1
// (x - m), d^2 = sum of y_k^2 / D_k. So |y_k| <= sqrt(D_k d^2) < 2^18.6, and every sum over some k
// of L_ik y_k is at most sqrt(S_ii d^2): as small.

// Where row i of the triangle is.
static uint32_t row_of(uint32_t i)
{
    return i * (i + 1) / 2;
}

int32_t mc_anomaly_start(mc_anomaly *anomaly, const mc_anomaly_settings *settings)
{
    memset(anomaly, 0, sizeof *anomaly);
    if (settings->learn < MC_MIN_LEARN || settings->learn > MC_MAX_LEARN ||
        settings->settle < MC_MIN_SETTLE || settings->settle > MC_MAX_SETTLE ||
        settings->margin > MC_MAX_MARGIN || settings->persist < 1 ||
        settings->persist > MC_MAX_PERSIST)
        return MC_BAD_SETTINGS;
    anomaly->settings = *settings;
    anomaly->threshold = MC_NO_SCORE;
    return MC_OK;
}

bool mc_anomaly_is_watching(const mc_anomaly *anomaly)
{
    return anomaly->settled == anomaly->settings.settle;
}

// Returns n^2 × the covariance of two bands (divided by n, not n - 1), from sums over n looks: < 2^38.
static int64_t scatter(const mc_anomaly *anomaly, uint32_t i, uint32_t j)
{
    int64_t products = anomaly->triangle[row_of(i) + j];
    return products * anomaly->settings.learn - (int64_t)anomaly->means[i] * anomaly->means[j];
}

static int64_t variance(const mc_anomaly *anomaly, uint32_t i)
{
    int64_t looks = anomaly->settings.learn;
    return scatter(anomaly, i, i) * ONE / (looks * (looks - 1));
}

// The covariance, times looks / (looks + MC_FEW).
static int64_t shrunk_covariance(const mc_anomaly *anomaly, uint32_t i, uint32_t j)
{
    int64_t looks = anomaly->settings.learn;
    return scatter(anomaly, i, j) * ONE / ((looks - 1) * (looks + MC_FEW));
}

// Makes of sums of products the factors of the regularised covariance, each row in its place.
static void factor(mc_anomaly *anomaly)
{
    int64_t added = 0;
    for (uint32_t i = 0; i < MC_BANDS; i++)
        added += variance(anomaly, i);
    added = added / 4096 + ONE / 4;
    for (uint32_t i = 0; i < MC_BANDS; i++) {
        int32_t *row = anomaly->triangle + row_of(i);
        int64_t scaled[MC_BANDS]; // L_ij D_j
        int64_t own = variance(anomaly, i) + added, pivot = own;
        for (uint32_t j = 0; j < i; j++) {
            const int32_t *other = anomaly->triangle + row_of(j);
            int64_t left = shrunk_covariance(anomaly, i, j) * (1 << L_BITS);
            for (uint32_t k = 0; k < j; k++)
                left -= scaled[k] * other[k];
            scaled[j] = left / (1 << L_BITS);
            row[j] = (int32_t)(scaled[j] * (1 << L_BITS) / anomaly->pivots[j]);
            pivot -= scaled[j] * row[j] / (1 << L_BITS);
        }
        row[i] = (int32_t)(own >> (COVARIANCE_BITS - 8));
        anomaly->pivots[i] = pivot;
    }
    for (uint32_t i = 0; i < MC_BANDS; i++)
        anomaly->means[i] =
            (int32_t)((int64_t)anomaly->means[i] * (1 << MEAN_BITS) / anomaly->settings.learn);
}

static void learn(mc_anomaly *anomaly, const int8_t bands[MC_BANDS])
{
    int32_t *product = anomaly->triangle;
    for (uint32_t i = 0; i < MC_BANDS; i++) {
        anomaly->means[i] += bands[i];
        for (uint32_t j = 0; j <= i; j++)
            *product++ += bands[i] * bands[j];
    }
    if (++anomaly->learned == anomaly->settings.learn)
        factor(anomaly);
}

static int16_t score(const mc_anomaly *anomaly, const int8_t bands[MC_BANDS])
{
    int64_t rests[MC_BANDS]; // what is left of a band, less what those before it foretell
    uint64_t distance = 0;   // × 2^8
    for (uint32_t i = 0; i < MC_BANDS; i++) {
        const int32_t *row = anomaly->triangle + row_of(i);
        int64_t rest = bands[i] * (1 << MEAN_BITS) - anomaly->means[i];
        rest *= 1 << L_BITS;
        for (uint32_t k = 0; k < i; k++)
            rest -= row[k] * rests[k];
        rests[i] = rest / (1 << L_BITS);
        int64_t coarse = rests[i] / (1 << (MEAN_BITS - REST_BITS));
        int64_t pivot = anomaly->pivots[i] >> (COVARIANCE_BITS - 2 * REST_BITS + 8);
        distance += (uint64_t)(coarse * coarse / pivot);
    }
    // The distance has 8 bits behind the point, 32 bands are 5 octaves.
    int32_t octaves = fe_log2(distance) - 13 * FE_OCTAVE;
    int32_t found = (8 * octaves + FE_OCTAVE / 2) >> 15;
    return (int16_t)(found < MC_LEAST_SCORE ? MC_LEAST_SCORE : found);
}

// Returns the band that is most standard deviations above its mean, or -1 if none is above.
static int8_t most_risen(const mc_anomaly *anomaly, const int8_t bands[MC_BANDS])
{
    int8_t band = -1;
    int64_t most = 0;
    for (uint32_t i = 0; i < MC_BANDS; i++) {
        int64_t rise = bands[i] * (1 << MEAN_BITS) - anomaly->means[i];
        int64_t square = rise > 0 ? rise * rise / anomaly->triangle[row_of(i) + i] : 0;
        if (square > most) {
            most = square;
            band = (int8_t)i;
        }
    }
    return band;
}

// Sets the threshold, from the scores while settling. A deviation counts as a code at least: scores
// are rounded, too.
static void settle(mc_anomaly *anomaly)
{
    int32_t looks = anomaly->settings.settle, sum = 0, away = 0;
    for (int32_t i = 0; i < looks; i++)
        sum += anomaly->scores[i];
    int32_t mean = sum / looks;
    for (int32_t i = 0; i < looks; i++)
        away += anomaly->scores[i] > mean ? anomaly->scores[i] - mean : mean - anomaly->scores[i];
    if (away < looks)
        away = looks;
    // At most 1024 × 256 × 160: 26 bits; and the result 144 + 128 × 160.
    anomaly->threshold = (int16_t)(mean + anomaly->settings.margin * away / (8 * looks));
}

void mc_anomaly_look(mc_anomaly *anomaly, const int8_t bands[MC_BANDS], mc_anomaly_result *result)
{
    result->score = result->threshold = MC_NO_SCORE;
    result->risen = -1;
    result->alarm = false;
    if (anomaly->learned < anomaly->settings.learn) {
        learn(anomaly, bands);
        return;
    }
    result->score = score(anomaly, bands);
    result->risen = most_risen(anomaly, bands);
    if (!mc_anomaly_is_watching(anomaly)) {
        anomaly->scores[anomaly->settled++] = result->score;
        if (mc_anomaly_is_watching(anomaly))
            settle(anomaly);
        return;
    }
    result->threshold = anomaly->threshold;
    if (result->score <= anomaly->threshold)
        anomaly->above = 0;
    else if (anomaly->above < anomaly->settings.persist)
        anomaly->above++;
    result->alarm = anomaly->above == anomaly->settings.persist;
}
