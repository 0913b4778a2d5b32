// A plugin for qemu: counts executed instructions, and logs the count at some addresses.
//
// Arguments: mark=ADDRESS, in hexadecimal, as often as wanted. For each execution of a marked
// instruction it logs the line "ADDRESS COUNT", both in hexadecimal; COUNT is the number of
// instructions executed up to there. Build as a shared library; qemu has the functions it calls
// (their declarations follow include/qemu/qemu-plugin.h of qemu 7.2, API version 1).

#include <stddef.h>
#include <stdint.h>

struct qemu_plugin_tb;
struct qemu_plugin_insn;
typedef void (*tm_tb_callback)(uint64_t id, struct qemu_plugin_tb *tb);
typedef void (*tm_insn_callback)(unsigned vcpu, void *data);

void qemu_plugin_register_vcpu_tb_trans_cb(uint64_t id, tm_tb_callback callback);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *tb, size_t index);
uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *insn);
void qemu_plugin_register_vcpu_insn_exec_inline(struct qemu_plugin_insn *insn, int operation,
                                                void *counter, uint64_t addend);
void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *insn,
                                            tm_insn_callback callback, int flags, void *data);
void qemu_plugin_outs(const char *text);

extern int qemu_plugin_version;
int qemu_plugin_install(uint64_t id, const void *info, int argc, char **argv);

#define TM_MAX_MARKS 64

int qemu_plugin_version = 1;
static uint64_t count;
static uint64_t marks[TM_MAX_MARKS];
static int n_marks;

static char *put_hex(char *text, uint64_t value) {
    for (int shift = 60; shift >= 0; shift -= 4) {
        *text++ = "0123456789abcdef"[(value >> shift) & 15];
    }
    return text;
}

static void on_mark(unsigned vcpu, void *data) {
    char line[40], *end = put_hex(line, *(uint64_t *)data);

    (void)vcpu;
    *end++ = ' ';
    end = put_hex(end, count);
    *end++ = '\n';
    *end = 0;
    qemu_plugin_outs(line);
}

static void on_translation(uint64_t id, struct qemu_plugin_tb *tb) {
    (void)id;
    for (size_t i = 0; i < qemu_plugin_tb_n_insns(tb); i++) {
        struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
        qemu_plugin_register_vcpu_insn_exec_inline(insn, 0, &count, 1);
        for (int m = 0; m < n_marks; m++) {
            if (qemu_plugin_insn_vaddr(insn) == marks[m]) {
                qemu_plugin_register_vcpu_insn_exec_cb(insn, on_mark, 0, &marks[m]);
            }
        }
    }
}

int qemu_plugin_install(uint64_t id, const void *info, int argc, char **argv) {
    (void)info;
    for (int i = 0; i < argc && n_marks < TM_MAX_MARKS; i++) {
        const char *digit = argv[i] + 5;  // behind "mark="
        uint64_t mark = 0;
        for (; *digit; digit++) {
            mark = mark * 16 + (uint64_t)(*digit <= '9' ? *digit - '0' : *digit - 'a' + 10);
        }
        marks[n_marks++] = mark;
    }
    qemu_plugin_register_vcpu_tb_trans_cb(id, on_translation);
    return 0;
}
