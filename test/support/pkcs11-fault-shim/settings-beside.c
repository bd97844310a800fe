/*
 * Built together with shim.c: takes the shim's settings from the file `<this library>.settings`, one NAME=VALUE a line,
 * each time the library is loaded. The token's process of the installed program is given no variable that it has no use
 * for, so a test of the whole program cannot hand the settings over as variables.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

__attribute__((constructor)) static void take_settings(void)
{
    Dl_info self;
    char path[4096];
    char line[4096];

    if (dladdr((void *)take_settings, &self) == 0)
        return;
    snprintf(path, sizeof path, "%s.settings", self.dli_fname);
    FILE *file = fopen(path, "r");
    if (file == NULL)
        return;
    while (fgets(line, sizeof line, file) != NULL) {
        char *value = strchr(line, '=');
        if (value == NULL)
            continue;
        *value++ = '\0';
        value[strcspn(value, "\n")] = '\0';
        setenv(line, value, 1);
    }
    fclose(file);
}
