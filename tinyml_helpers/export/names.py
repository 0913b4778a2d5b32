"""A name for a model that C, C++, their libraries and Arduino leave free."""

import re
import unicodedata

#: C99 sees 31 characters of an external name; linkers now see all, and a file name has room for it.
_LONGEST_NAME = 63

#: Keywords of C (to C23) and C++ (to C++20), with the spelled-out operators.
_KEYWORDS = """
    alignas alignof and and_eq asm auto bitand bitor bool break case catch char char8_t char16_t
    char32_t class co_await co_return co_yield compl concept const consteval constexpr constinit
    const_cast continue decltype default delete do double dynamic_cast else enum explicit export
    extern false float for friend goto if import inline int long module mutable namespace new
    noexcept not not_eq nullptr operator or or_eq private protected public register
    reinterpret_cast requires restrict return short signed sizeof static static_assert static_cast
    struct switch template this thread_local throw true try typedef typeid typename typeof
    typeof_unqual union unsigned using virtual void volatile wchar_t while xor xor_eq
"""

#: Names that are taken elsewhere: by the C library, which a compiler knows without a header; by
#: compilers themselves (`linux` is the number 1 to gcc). Mathematical ones exist with f and l, too.
_TAKEN = """
    abort abs acos acosh alloca asctime asin asinh assert atan atan2 atanh atexit atof atoi atol
    atoll bcmp bcopy bsearch bzero cabs cacos calloc carg casin catan cbrt ccos ceil cexp cimag
    clearerr clock clog conj copysign cos cosh cpow cproj creal csin csqrt ctan ctime difftime div
    drem erf erfc errno exit exp exp10 exp2 expm1 fabs fclose fdim feof ferror fflush ffs fgetc
    fgetpos fgets floor fma fmax fmin fmod fopen fork fprintf fputc fputs fread free freopen frexp
    fscanf fseek fsetpos ftell fwrite gamma getc getchar getenv gets gmtime hypot ilogb index j0 j1
    jn labs ldexp ldiv lgamma llabs lldiv llrint llround localeconv localtime log log10 log1p log2
    logb longjmp lrint lround main malloc mktime modf nan nearbyint nextafter nexttoward offsetof
    perror pow pow10 printf putc putchar puts qsort raise rand read realloc remainder remove remquo
    rename rewind rindex rint round scalb scalbln scalbn scanf select setbuf setjmp setlocale
    setvbuf signal signbit significand sin sincos sinh snprintf sprintf sqrt srand sscanf system
    tan tanh tgamma time tmpfile tmpnam trunc ungetc va_arg va_copy va_end va_start vfprintf
    vfscanf vprintf vscanf vsnprintf vsprintf vsscanf write y0 y1 yn
    arm i386 linux unix
"""

#: What a Unix defines beside: an array in the place of its function `open` ends a program.
_POSIX = """
    accept access alarm bind brk chdir chmod chown close closedir connect creat daylight dup dup2
    environ execl execv execve fchmod fcntl fdopen fileno fstat fsync ftruncate getcwd getopt getpid
    getuid glob ioctl kill link listen lseek lstat mkdir mmap munmap nice open opendir optarg opterr
    optind optopt pause pipe poll popen pread putenv pwrite readdir readlink recv rmdir sbrk send
    setenv shutdown signgam sleep socket stat stderr stdin stdout swab symlink sync sysconf tempnam
    times timezone truncate ttyname tzname tzset umask uname unlink usleep utime vfork wait waitpid
"""

#: What Arduino's core defines for every sketch (ArduinoCore-API's Common.h, String.h, Print.h,
#: Stream.h, HardwareSerial.h and their like; the mbed core's Arduino.h and its namespaces), and
#: the objects of its usual libraries.
_ARDUINO = """
    analogRead analogReadResolution analogReference analogWrite analogWriteResolution arduino
    attachInterrupt bit bitClear bitRead bitSet bitToggle bitWrite boolean byte constrain degrees
    delay delayMicroseconds detachInterrupt digitalRead digitalWrite highByte init initVariant
    interrupts loop lowByte makeWord map max mbed micros millis min noInterrupts noTone pinMode
    pulseIn pulseInLong radians random randomSeed rtos setup shiftIn shiftOut sq tone voidFuncPtr
    word yield
    BLE Camera CanMsg Client EEPROM Ethernet HardwareI2C HardwareSPI HardwareSerial IMU IPAddress
    Keyboard Mouse OneWire PDM PinMode PinStatus PluggableUSB Print Printable RingBuffer RingBufferN
    SafeRingBufferN Serial Serial1 Serial2 Serial3 SerialUSB Server Servo Stream String
    StringSumHelper UART UDP USBSerial WiFi Wire Wire1
"""

#: Namespaces, which no variable beside them can be called as: C++'s own, TensorFlow Lite's and
#: those of the libraries it brings along.
_NAMESPACES = "cmsis flatbuffers gemmlowp micro ruy std tflite tflite_micro"

_CLASHING = frozenset((_KEYWORDS + _TAKEN + _POSIX + _ARDUINO + _NAMESPACES).split())

#: Whole families of such names: what C keeps for its library's future functions (C99, 7.26), types
#: as POSIX names them, capitals as macros have them, the micro-interpreter's, an array's length,
#: and what can't be a file on Windows.
_CLASHING_KINDS = re.compile(
    r"(is|to|str|mem|wcs)[a-z]\w*|\w+_t|[A-Z0-9_]+|tm_\w+|\w+_len"
    r"|(?i:aux|con|nul|prn|com\d|lpt\d)"
)

#: Headers that would be found in place of the right one, in a folder compilers look into; where
#: capitals don't count in a file's name, they don't here.
_HEADERS = """
    arduino assert complex ctype errno fenv float inttypes iso646 kernels limits locale math micro
    pdm print setjmp signal spi stdalign stdarg stdatomic stdbit stdbool stdckdint stddef stdint
    stdio stdlib stdnoreturn stream string tgmath threads time uchar unistd wchar wctype wire
    wstring
"""


def identifier(name):
    """The C identifier `c_array` makes of a name, and the errors it raises for it."""
    letters = unicodedata.normalize("NFKD", str(name))
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    # C++ keeps two underscores in a row for itself, and C an underscore in front.
    made = re.sub(r"[^A-Za-z0-9]+", "_", plain).strip("_")
    if not made:
        raise ValueError(f"{name!r} has no letter or digit a name in C can be made of")
    if made[0].isdigit():
        made = f"model_{made}"
    if _is_taken(made):
        made += "_model"
    if len(made) > _LONGEST_NAME:
        raise ValueError(
            f"the name {made!r} has {len(made)} characters: {_LONGEST_NAME} are allowed"
        )
    return made


def _is_taken(made):
    """Whether something else has this name; nothing has one that ends in "_model"."""
    return not made.endswith("_model") and (
        made in _CLASHING
        or (made[-1] in "fl" and made[:-1] in _CLASHING)
        or made.lower() in _HEADERS.split()
        or bool(_CLASHING_KINDS.fullmatch(made))
    )
