/*
 * A PKCS#11 module for tests: forwards every call to a real module and, at one chosen call, does what broken tokens,
 * drivers and vendors' libraries do. Real tokens do not fail on demand; everything else in such a test stays real.
 *
 *   FAULT_MODULE  path of the real module
 *   FAULT_CALL    C_Initialize, C_Login, C_GenerateKey, C_GenerateKeyPair, C_WrapKey, C_UnwrapKey, C_Decrypt or
 *                 C_DestroyObject
 *   FAULT_KIND    hang, crash, abort, removed, vendor, short, slow, hold or wrong (C_Decrypt: another first byte)
 *   FAULT_AT      at the n-th such call of a process (1 unless told otherwise); `slow`, `wrong` and `unsupported` (the
 *                 mechanism is none of this token's) from then on
 *   FAULT_ONCE    a path: strike only while no file is there, and leave one; for work that resumes in a new process
 *   FAULT_HOLD    a path: `hold` waits for as long as a file is there
 *   FAULT_FLAGS   flags of CK_TOKEN_INFO that every token shows besides its own (SoftHSM never shows a final try)
 *   FAULT_TRACE   a path: append the name of every call that could be struck, one a line
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pkcs11.h"

#define VENDOR_ERROR (CKR_VENDOR_DEFINED | 0x42UL)
#define SLOW_MICROSECONDS 20000

static CK_FUNCTION_LIST functions;
static CK_FUNCTION_LIST_PTR real;

static const char *setting(const char *name, const char *otherwise)
{
    const char *value = getenv(name);
    return value == NULL ? otherwise : value;
}

static void trace(const char *call)
{
    const char *path = getenv("FAULT_TRACE");
    FILE *file = path == NULL ? NULL : fopen(path, "a");
    if (file == NULL)
        return;
    fprintf(file, "%s\n", call);
    fclose(file);
}

static int may_strike_again(void)
{
    const char *path = getenv("FAULT_ONCE");
    if (path == NULL)
        return 1;
    int file = open(path, O_CREAT | O_EXCL | O_WRONLY, 0600);
    if (file < 0)
        return 0;
    close(file);
    return 1;
}

/* Counts the call; strikes if it is the chosen one. Returns the error to give instead of making the call, or CKR_OK. */
static CK_RV strike(const char *call, long *count, CK_ULONG_PTR length)
{
    const char *kind = setting("FAULT_KIND", "");
    long at = atol(setting("FAULT_AT", "1"));

    trace(call);
    if (strcmp(setting("FAULT_CALL", ""), call) != 0)
        return CKR_OK;
    *count += 1;
    if (strcmp(kind, "slow") == 0) {
        if (*count >= at)
            usleep(SLOW_MICROSECONDS);
        return CKR_OK;
    }
    if (strcmp(kind, "unsupported") == 0)
        return *count >= at ? CKR_MECHANISM_INVALID : CKR_OK;
    if (*count != at || !may_strike_again())
        return CKR_OK;

    if (strcmp(kind, "hang") == 0)
        for (;;)
            sleep(1000);
    if (strcmp(kind, "hold") == 0)
        while (access(setting("FAULT_HOLD", ""), F_OK) == 0)
            usleep(SLOW_MICROSECONDS);
    if (strcmp(kind, "crash") == 0) {
        fprintf(stderr, "fault shim: crashing in %s\n", call);
        raise(SIGSEGV);
    }
    if (strcmp(kind, "abort") == 0)
        abort();
    if (strcmp(kind, "removed") == 0)
        return CKR_DEVICE_REMOVED;
    if (strcmp(kind, "vendor") == 0)
        return VENDOR_ERROR;
    /* Says that all went well, with three bytes of result. Calls without a result have no such fault. */
    if (strcmp(kind, "short") == 0 && length != NULL)
        *length = 3;
    return CKR_OK;
}

#define STRIKE(call, length)                          \
    static long count;                                \
    CK_RV fault = strike(call, &count, length);       \
    if (fault != CKR_OK)                              \
        return fault

static CK_RV initialize(CK_VOID_PTR arguments)
{
    /* As many vendors' libraries do: nobody's standard output but theirs may get it. */
    printf("fault shim: hello\n");
    fflush(stdout);
    STRIKE("C_Initialize", NULL);
    return real->C_Initialize(arguments);
}

static CK_RV login(CK_SESSION_HANDLE session, CK_USER_TYPE user, CK_UTF8CHAR_PTR pin, CK_ULONG pin_length)
{
    STRIKE("C_Login", NULL);
    return real->C_Login(session, user, pin, pin_length);
}

static CK_RV token_info(CK_SLOT_ID slot, CK_TOKEN_INFO_PTR info)
{
    CK_RV result = real->C_GetTokenInfo(slot, info);
    if (result == CKR_OK)
        info->flags |= strtoul(setting("FAULT_FLAGS", "0"), NULL, 0);
    return result;
}

static CK_RV generate_key(CK_SESSION_HANDLE session, CK_MECHANISM_PTR mechanism, CK_ATTRIBUTE_PTR attributes,
                          CK_ULONG count_of_attributes, CK_OBJECT_HANDLE_PTR key)
{
    STRIKE("C_GenerateKey", NULL);
    return real->C_GenerateKey(session, mechanism, attributes, count_of_attributes, key);
}

static CK_RV generate_key_pair(CK_SESSION_HANDLE session, CK_MECHANISM_PTR mechanism, CK_ATTRIBUTE_PTR public_attributes,
                               CK_ULONG public_count, CK_ATTRIBUTE_PTR private_attributes, CK_ULONG private_count,
                               CK_OBJECT_HANDLE_PTR public_key, CK_OBJECT_HANDLE_PTR private_key)
{
    STRIKE("C_GenerateKeyPair", NULL);
    return real->C_GenerateKeyPair(session, mechanism, public_attributes, public_count, private_attributes, private_count,
                                   public_key, private_key);
}

static CK_RV wrap_key(CK_SESSION_HANDLE session, CK_MECHANISM_PTR mechanism, CK_OBJECT_HANDLE wrapping_key,
                      CK_OBJECT_HANDLE key, CK_BYTE_PTR wrapped, CK_ULONG_PTR length)
{
    CK_ULONG told_length = 0;
    STRIKE("C_WrapKey", &told_length);
    CK_RV result = real->C_WrapKey(session, mechanism, wrapping_key, key, wrapped, length);
    if (told_length != 0)
        *length = told_length;
    return result;
}

static CK_RV unwrap_key(CK_SESSION_HANDLE session, CK_MECHANISM_PTR mechanism, CK_OBJECT_HANDLE unwrapping_key,
                        CK_BYTE_PTR wrapped, CK_ULONG length, CK_ATTRIBUTE_PTR attributes, CK_ULONG count_of_attributes,
                        CK_OBJECT_HANDLE_PTR key)
{
    STRIKE("C_UnwrapKey", NULL);
    return real->C_UnwrapKey(session, mechanism, unwrapping_key, wrapped, length, attributes, count_of_attributes, key);
}

static CK_RV decrypt(CK_SESSION_HANDLE session, CK_BYTE_PTR encrypted, CK_ULONG encrypted_length, CK_BYTE_PTR data,
                     CK_ULONG_PTR length)
{
    STRIKE("C_Decrypt", NULL);
    CK_RV result = real->C_Decrypt(session, encrypted, encrypted_length, data, length);
    if (result == CKR_OK && data != NULL && *length > 0 && strcmp(setting("FAULT_CALL", ""), "C_Decrypt") == 0 &&
        strcmp(setting("FAULT_KIND", ""), "wrong") == 0 && count >= atol(setting("FAULT_AT", "1")))
        data[0] ^= 1;
    return result;
}

static CK_RV destroy_object(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object)
{
    STRIKE("C_DestroyObject", NULL);
    return real->C_DestroyObject(session, object);
}

CK_RV C_GetFunctionList(CK_FUNCTION_LIST_PTR_PTR list)
{
    void *module = dlopen(setting("FAULT_MODULE", ""), RTLD_NOW | RTLD_LOCAL);
    if (module == NULL)
        return CKR_GENERAL_ERROR;
    CK_C_GetFunctionList get_function_list;
    *(void **)&get_function_list = dlsym(module, "C_GetFunctionList");
    if (get_function_list == NULL)
        return CKR_GENERAL_ERROR;
    CK_RV result = get_function_list(&real);
    if (result != CKR_OK)
        return result;

    functions = *real;
    functions.C_Initialize = initialize;
    functions.C_Login = login;
    functions.C_GetTokenInfo = token_info;
    functions.C_GenerateKey = generate_key;
    functions.C_GenerateKeyPair = generate_key_pair;
    functions.C_WrapKey = wrap_key;
    functions.C_UnwrapKey = unwrap_key;
    functions.C_Decrypt = decrypt;
    functions.C_DestroyObject = destroy_object;
    *list = &functions;
    return CKR_OK;
}
