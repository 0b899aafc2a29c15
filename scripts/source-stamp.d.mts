/** A hash of the content of files and folders below `top`, tests left out, and of the versions of the packages. */
export function stampOf(top: string, sources: string[]): string
/** Builds unless the file says that the same was built before; false when building failed. */
export function buildUnlessStamped(file: string, stamp: string, build: () => boolean): boolean
