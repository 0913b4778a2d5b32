// What compilers call, and zig brings along.
#include <stddef.h>

void *memcpy(void *restrict to, const void *restrict from, size_t bytes);
void *memset(void *to, int value, size_t bytes);
void *memmove(void *to, const void *from, size_t bytes);
size_t strlen(const char *text);

void *memcpy(void *restrict to, const void *restrict from, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        ((char *)to)[i] = ((const char *)from)[i];
    return to;
}

void *memset(void *to, int value, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        ((char *)to)[i] = (char)value;
    return to;
}

void *memmove(void *to, const void *from, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++) {
        size_t place = (char *)to < (const char *)from ? i : bytes - 1 - i;
        ((char *)to)[place] = ((const char *)from)[place];
    }
    return to;
}

size_t strlen(const char *text)
{
    size_t length = 0;
    while (text[length] != 0)
        length++;
    return length;
}
