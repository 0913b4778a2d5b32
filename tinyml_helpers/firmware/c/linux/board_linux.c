// board_linux.c: a process of Linux, on a Raspberry Pi or on a computer. It talks over its standard
// input and output, or to one computer at a time over TCP:
//
//     program                  until its input ends
//     program --tcp 5555       until it is ended
//
// TCP is on the address of this computer alone, 127.0.0.1: nobody who isn't on it can connect, since
// the protocol asks for no password.
#include "board.h"

#include "linux_calls.h"
#include <stdbool.h>

// board_name and board_clock_hz are made for each program.
const uint32_t board_tick_hz = 10000000; // a count lasts seven minutes

enum { INPUT = 0, OUTPUT = 1, MESSAGES = 2, NONE = -1 };

static int32_t server = NONE; // with --tcp
static int32_t from = INPUT, to = OUTPUT;

static uint8_t came[4096], waits[4096]; // bytes from the computer, and to it
static uint32_t came_bytes, taken, waits_bytes;

int main(void);
void linux_start(long *stack);

static void end(long status)
{
    for (;;)
        linux_call(CALL_EXIT, status, 0, 0, 0, 0);
}

// Writes texts to the standard error; the last one is NULL.
static void say(const char *const *texts)
{
    for (; *texts; texts++)
        for (const char *letter = *texts; *letter; letter++)
            linux_call(CALL_WRITE, MESSAGES, (long)letter, 1, 0, 0);
}

static void end_for(const char *before, const char *port, const char *after)
{
    say((const char *const[]){before, port, after, 0});
    end(1);
}

static void drop_client(void)
{
    if (server == NONE)
        end(0); // nobody is left to talk to
    linux_call(CALL_CLOSE, from, 0, 0, 0, 0);
    from = to = NONE;
    waits_bytes = 0;
}

static void send_all(void)
{
    for (uint32_t sent = 0; sent < waits_bytes;) {
        long count = linux_call(CALL_WRITE, to, (long)(waits + sent), waits_bytes - sent, 0, 0);
        if (count == TRY_AGAIN) {
            linux_wait(&(linux_poll){to, MAY_WRITE, 0}, 1);
        } else if (count <= 0) {
            drop_client();
        } else {
            sent += (uint32_t)count;
        }
    }
    waits_bytes = 0;
}

// Takes what connects as the client, or turns it away while there is one.
static void accept_client(void)
{
    int32_t client = (int32_t)linux_call(CALL_ACCEPT, server, 0, 0, 0, 0);
    if (client < 0)
        return;
    if (from != NONE) {
        linux_call(CALL_CLOSE, client, 0, 0, 0, 0);
        return;
    }
    int32_t on = 1; // TCP_NODELAY: answers of several pieces don't wait for each other
    linux_call(CALL_SOCKET_OPTION, client, 6, 1, (long)&on, sizeof on);
    from = to = client;
}

// Waits for bytes from the computer.
static void receive(void)
{
    taken = came_bytes = 0;
    while (came_bytes == 0) {
        linux_poll files[] = {{from, MAY_READ | HAS_GONE, 0}, {server, MAY_READ, 0}};
        linux_wait(files, 2);
        if (files[1].happened != 0) {
            if ((files[0].happened & HAS_GONE) != 0) { // what it left unread holds nobody up
                drop_client();
                files[0].happened = 0;
            }
            accept_client();
        }
        if (files[0].happened != 0) {
            long count = linux_call(CALL_READ, from, (long)came, sizeof came, 0, 0);
            if (count > 0)
                came_bytes = (uint32_t)count;
            else if (count != TRY_AGAIN)
                drop_client();
        }
    }
}

uint8_t board_receive(void)
{
    if (taken == came_bytes) {
        send_all();
        receive();
    }
    return came[taken++];
}

void board_send(uint8_t byte)
{
    if (waits_bytes == sizeof waits)
        send_all();
    waits[waits_bytes++] = byte;
}

uint32_t board_ticks(void)
{
    int64_t now[2]; // seconds, nanoseconds
    linux_call(CALL_CLOCK, 1, (long)now, 0, 0, 0); // CLOCK_MONOTONIC
    return (uint32_t)(now[0] * board_tick_hz + now[1] / (1000000000 / board_tick_hz));
}

void board_start(void)
{
    // SIGPIPE is ignored: that the computer has gone shows when writing to it.
    long ignore[4] = {1, 0, 0, 0};
    linux_call(CALL_SIGNAL, 13, (long)ignore, 0, 8, 0);
}

// Returns the port's number, or 0 if the text is none.
static uint32_t port_of(const char *text)
{
    uint32_t port = 0;
    for (; *text >= '0' && *text <= '9' && port < 65536; text++)
        port = 10 * port + (uint32_t)(*text - '0');
    return *text == 0 && port < 65536 ? port : 0;
}

static void serve_at(const char *text)
{
    uint32_t port = port_of(text);
    if (port == 0)
        end_for("--tcp takes a port from 1 to 65535, not ", text, "\n");
    // sockaddr_in: AF_INET, port and address with their highest bytes first.
    uint8_t address[16] = {2, 0, (uint8_t)(port >> 8), (uint8_t)port, 127, 0, 0, 1};
    int32_t on = 1; // SO_REUSEADDR: a port is free again as soon as its program has ended
    server = (int32_t)linux_call(CALL_SOCKET, 2, 1, 0, 0, 0);
    linux_call(CALL_SOCKET_OPTION, server, 1, 2, (long)&on, sizeof on);
    long status = linux_call(CALL_BIND, server, (long)address, sizeof address, 0, 0);
    if (status == 0)
        status = linux_call(CALL_SERVE, server, 8, 0, 0, 0);
    if (status == IN_USE)
        end_for("port ", text, " is taken: end the program that has it, or choose another\n");
    if (status == NOT_ALLOWED)
        end_for("port ", text, " is the system's: choose one from 1024 on\n");
    if (status < 0)
        end_for("port ", text, " can't be opened: choose another\n");
    from = to = NONE;
    say((const char *const[]){"waits on localhost, port ", text, "\n", 0});
}

static bool is_same(const char *one, const char *other)
{
    while (*one && *one == *other)
        one++, other++;
    return *one == *other;
}

void linux_start(long *stack)
{
    const char *const *arguments = (const char *const *)(stack + 1);
    if (stack[0] == 3 && is_same(arguments[1], "--tcp"))
        serve_at(arguments[2]);
    else if (stack[0] != 1)
        end_for("call it without arguments, to talk over its input and output, or with --tcp ",
                "PORT", "\n");
    main();
}
