/** Node itself. main's code sees the launcher as process.execPath, as it would see Electron's binary. */
export const nodeProgram = process.execPath;
