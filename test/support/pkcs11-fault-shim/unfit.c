/*
 * The fault shim with its settings built in: a module whose tokens wrap no key, chosen by its file as an officer
 * would. A token's process of the window is given no variables of tests.
 */
#include <stdlib.h>

__attribute__((constructor)) static void preset(void)
{
    setenv("FAULT_MODULE", REAL_MODULE, 1);
    setenv("FAULT_CALL", "C_WrapKey", 1);
    setenv("FAULT_KIND", "unsupported", 1);
}
