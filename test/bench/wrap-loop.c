/*
 * The work of a backup and of its verification as a plain C loop, with nothing between it and the module: the yardstick
 * of test/bench/token-throughput.ts.
 *
 * Usage: wrap-loop MODULE TOKEN-LABEL PIN RBK-ID-IN-HEX MECHANISM
 * Wraps every AES key on the token under RBK; then unwraps each as a session object, wraps that again, compares and
 * destroys it. Prints {"keys": N, "wrapMilliseconds": N, "proveMilliseconds": N}.
 */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "pkcs11.h"

#define MAXIMUM_KEYS 100000
#define WRAPPED_BYTES 64

static CK_FUNCTION_LIST_PTR token;
static CK_OBJECT_HANDLE keys[MAXIMUM_KEYS];
static struct {
    CK_BYTE bytes[WRAPPED_BYTES];
    CK_ULONG length;
} wrapped[MAXIMUM_KEYS];

static void check(CK_RV result, const char *what)
{
    if (result == CKR_OK)
        return;
    fprintf(stderr, "%s: 0x%lx\n", what, result);
    exit(1);
}

static double milliseconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1e3 + now.tv_nsec / 1e6;
}

static CK_SLOT_ID slot_labelled(const char *label)
{
    CK_SLOT_ID slots[64];
    CK_ULONG count = 64;
    check(token->C_GetSlotList(CK_TRUE, slots, &count), "C_GetSlotList");
    for (CK_ULONG i = 0; i < count; i++) {
        CK_TOKEN_INFO info;
        check(token->C_GetTokenInfo(slots[i], &info), "C_GetTokenInfo");
        if (memcmp(info.label, label, strlen(label)) == 0)
            return slots[i];
    }
    fprintf(stderr, "no token %s\n", label);
    exit(1);
}

static CK_ULONG find(CK_SESSION_HANDLE session, CK_ATTRIBUTE *attributes, CK_ULONG count, CK_OBJECT_HANDLE *found,
                     CK_ULONG maximum)
{
    CK_ULONG total = 0, more = 0;
    check(token->C_FindObjectsInit(session, attributes, count), "C_FindObjectsInit");
    do {
        check(token->C_FindObjects(session, found + total, maximum - total, &more), "C_FindObjects");
        total += more;
    } while (more > 0 && total < maximum);
    check(token->C_FindObjectsFinal(session), "C_FindObjectsFinal");
    return total;
}

int main(int count, char **arguments)
{
    if (count != 6)
        return 2;
    void *module = dlopen(arguments[1], RTLD_NOW);
    if (module == NULL)
        return 1;
    CK_C_GetFunctionList get_function_list;
    *(void **)&get_function_list = dlsym(module, "C_GetFunctionList");
    check(get_function_list(&token), "C_GetFunctionList");
    check(token->C_Initialize(NULL), "C_Initialize");

    CK_SESSION_HANDLE session;
    check(token->C_OpenSession(slot_labelled(arguments[2]), CKF_SERIAL_SESSION | CKF_RW_SESSION, NULL, NULL, &session),
          "C_OpenSession");
    check(token->C_Login(session, CKU_USER, (CK_UTF8CHAR_PTR)arguments[3], strlen(arguments[3])), "C_Login");

    CK_BYTE id[16];
    for (int i = 0; i < 16; i++)
        sscanf(arguments[4] + 2 * i, "%2hhx", &id[i]);
    CK_OBJECT_HANDLE rbk;
    CK_ATTRIBUTE rbk_attributes[] = {{CKA_ID, id, sizeof id}};
    if (find(session, rbk_attributes, 1, &rbk, 1) != 1)
        return 1;

    CK_OBJECT_CLASS secret = CKO_SECRET_KEY;
    CK_KEY_TYPE aes = CKK_AES;
    CK_BBOOL yes = CK_TRUE, no = CK_FALSE;
    CK_ATTRIBUTE key_attributes[] = {{CKA_CLASS, &secret, sizeof secret},
                                     {CKA_KEY_TYPE, &aes, sizeof aes},
                                     {CKA_ENCRYPT, &yes, sizeof yes}};
    CK_ULONG key_count = find(session, key_attributes, 3, keys, MAXIMUM_KEYS);

    CK_MECHANISM key_wrap = {strtoul(arguments[5], NULL, 0), NULL, 0};
    double start = milliseconds();
    for (CK_ULONG i = 0; i < key_count; i++) {
        wrapped[i].length = WRAPPED_BYTES;
        check(token->C_WrapKey(session, &key_wrap, rbk, keys[i], wrapped[i].bytes, &wrapped[i].length), "C_WrapKey");
    }
    double after_wrap = milliseconds();

    CK_ATTRIBUTE attributes[] = {{CKA_CLASS, &secret, sizeof secret},    {CKA_KEY_TYPE, &aes, sizeof aes},
                                 {CKA_TOKEN, &no, sizeof no},            {CKA_PRIVATE, &yes, sizeof yes},
                                 {CKA_SENSITIVE, &yes, sizeof yes},      {CKA_EXTRACTABLE, &yes, sizeof yes},
                                 {CKA_ENCRYPT, &yes, sizeof yes},        {CKA_DECRYPT, &yes, sizeof yes}};
    for (CK_ULONG i = 0; i < key_count; i++) {
        CK_OBJECT_HANDLE key;
        CK_BYTE again[WRAPPED_BYTES];
        CK_ULONG length = WRAPPED_BYTES;
        check(token->C_UnwrapKey(session, &key_wrap, rbk, wrapped[i].bytes, wrapped[i].length, attributes,
                                 sizeof attributes / sizeof *attributes, &key),
              "C_UnwrapKey");
        check(token->C_WrapKey(session, &key_wrap, rbk, key, again, &length), "C_WrapKey");
        if (length != wrapped[i].length || memcmp(again, wrapped[i].bytes, length) != 0)
            return 1;
        check(token->C_DestroyObject(session, key), "C_DestroyObject");
    }
    double after_prove = milliseconds();

    printf("{\"keys\": %lu, \"wrapMilliseconds\": %.1f, \"proveMilliseconds\": %.1f}\n", key_count, after_wrap - start,
           after_prove - after_wrap);
    check(token->C_Finalize(NULL), "C_Finalize");
    return 0;
}
