import { CommandLine, knownArguments } from '#platform/command-line.ts'
import { type AppOptions, appOptionNames, readAppOptions } from '../supervisor/app-options.ts'

/** Reads what the app was started with; whatever Chromium and desktops add is passed over. Throws a `UsageError`. */
export function parseElectronOptions(args: readonly string[]): AppOptions {
  return readAppOptions(new CommandLine(knownArguments(args, appOptionNames), appOptionNames))
}
