"""What a DLL needs beside its functions."""

#: Every DLL has an entry point, and what a function calls that takes more than a page of the stack:
#: Windows lets it grow a page at a time, so each is touched, downwards. The bytes are in rax, or
#: x15 times 16; only flags, x16 and x17 may change.
ENTRY = """\
int DllMainCRTStartup(void *module, unsigned reason, void *reserved);
int DllMainCRTStartup(void *module, unsigned reason, void *reserved) {
    (void)module; (void)reason; (void)reserved;
    return 1;
}
#ifdef __x86_64__
__asm__(".globl ___chkstk_ms\\n___chkstk_ms:\\n"
        "push %rcx\\npush %rax\\n"
        "lea 24(%rsp), %rcx\\n" // the caller's rsp
        "1: sub $4096, %rcx\\n"
        "testb $0, (%rcx)\\n"
        "sub $4096, %rax\\n"
        "ja 1b\\n"
        "pop %rax\\npop %rcx\\nret\\n");
#else
__asm__(".globl __chkstk\\n__chkstk:\\n"
        "lsl x16, x15, #4\\n"
        "mov x17, sp\\n"
        "1: sub x17, x17, #4096\\n"
        "ldrb wzr, [x17]\\n"
        "subs x16, x16, #4096\\n"
        "b.hi 1b\\n"
        "ret\\n");
#endif
"""
