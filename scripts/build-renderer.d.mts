/** Builds the window when its sources changed since the last build; false when that failed, which was then said. */
export function buildRenderer(node: string, say: (text: string) => void): boolean
