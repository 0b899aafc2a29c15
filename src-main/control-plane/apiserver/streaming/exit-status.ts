import type { Status } from '#kubernetes/api/meta-v1.ts'

/** How a process ended, as the Status on the error channel tells it. */
export function exitStatus(code: number): Status {
  if (code === 0) return { metadata: {}, status: 'Success' }
  return {
    metadata: {},
    status: 'Failure',
    message: `command terminated with non-zero exit code: exit status ${code}`,
    reason: 'NonZeroExitCode',
    details: { causes: [{ reason: 'ExitCode', message: String(code) }] },
  }
}
