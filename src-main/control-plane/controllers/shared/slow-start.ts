/**
 * Calls `create` `count` times in batches of 1, 2, 4, … and stops after the first batch with a failure, so that
 * a pod that a quota or an admission step refuses is tried once and not a thousand times.
 * Answers how many succeeded, and the first error.
 */
export async function slowStart(
  count: number,
  create: () => Promise<void>,
): Promise<{ succeeded: number; error?: unknown }> {
  let succeeded = 0
  for (let batch = Math.min(1, count); batch > 0; ) {
    const results = await Promise.allSettled(Array.from({ length: batch }, create))
    const failed = results.find(result => result.status === 'rejected')
    succeeded += results.filter(result => result.status === 'fulfilled').length
    if (failed) return { succeeded, error: failed.reason }
    batch = Math.min(batch * 2, count - succeeded)
  }
  return { succeeded }
}
