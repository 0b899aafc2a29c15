import { configMaps, pods, secrets, serviceAccounts } from '#client/resource-types.ts'
import type { Secret, ServiceAccount } from '#kubernetes/api/core-v1.ts'
import {
  dayOf,
  invalidSinceLabel,
  lastUsedLabel,
  startOfDay,
  tokenTracking,
} from '#kubernetes/legacy-tokens.ts'
import { keyOf, type Stored } from '#kubernetes/objects.ts'
import { podReferences } from '#kubernetes/pod-references.ts'
import { isConflict, isNotFound } from '#kubernetes/status-error.ts'
import { type ControllerContext, defineController } from './define-controller.ts'

const dayMs = 24 * 60 * 60_000
/** How long a token may lie unused before it is marked, and again before it is deleted. */
const unusedMs = 365 * dayMs
const nameKey = 'kubernetes.io/service-account.name'
const uidKey = 'kubernetes.io/service-account.uid'
const select = { fieldSelector: 'type=kubernetes.io/service-account-token' }
const reads = { tokenSecrets: { type: secrets, select }, pods }

type Context = ControllerContext<ServiceAccount, typeof reads>

/**
 * Takes away tokens that were made for service accounts without anyone asking, as long ago, and that nobody used for a
 * year: first they are marked as invalid, after another year they are deleted. Tokens that an account doesn't list among
 * its Secrets were made by hand and stay.
 */
export const legacyServiceAccountTokenCleanerController = defineController({
  name: 'legacy-serviceaccount-token-cleaner-controller',
  serviceAccount: 'legacy-service-account-token-cleaner',
  for: serviceAccounts,
  reads,
  start: context => {
    const { informer, informers, queue, on } = context
    const wake = ({ metadata }: Stored<Secret>) =>
      queue.add(`${metadata.namespace}/${metadata.annotations?.[nameKey]}`)
    on(informers.tokenSecrets, { added: wake, updated: wake })
    return async key => {
      const account = informer.get(key)
      const tokens = account ? listedTokens(account, context) : []
      const unused = tokens.filter(secret => isUnused(secret, context))
      if (unused.length > 0 && (await isTrackedLongEnough(context))) {
        for (const secret of unused) await retire(secret, context)
      }
      return tokens.length > 0 ? dayMs : undefined
    }
  },
})

function listedTokens(account: Stored<ServiceAccount>, { informers }: Context): Stored<Secret>[] {
  const { namespace, uid } = account.metadata
  return (account.secrets ?? [])
    .map(({ name }) => informers.tokenSecrets.get(`${namespace}/${name}`))
    .filter(secret => secret !== undefined)
    .filter(({ metadata }) => {
      const { [nameKey]: name, [uidKey]: owner } = metadata.annotations ?? {}
      return name === account.metadata.name && (!owner || owner === uid)
    })
}

/** Whether nobody used a token for a year, and no pod has it. A note of its use that can't be read keeps it. */
function isUnused({ metadata }: Stored<Secret>, { clock, informers }: Context): boolean {
  const limit = clock.now() - unusedMs
  if (metadata.deletionTimestamp || Date.parse(metadata.creationTimestamp) >= limit) return false
  const lastUsed = metadata.labels?.[lastUsedLabel]
  if (lastUsed !== undefined && startOfDay(lastUsed) === undefined) return false
  if (lastUsed !== undefined && lastUsed >= dayOf(limit)) return false
  return !informers.pods
    .list(metadata.namespace)
    .some(pod =>
      podReferences(pod).some(({ kind, name }) => kind === 'secret' && name === metadata.name),
    )
}

/** Whether the API server has noted use for a year; the day on which it began doesn't count. */
async function isTrackedLongEnough({ client, clock }: Context): Promise<boolean> {
  try {
    const { data } = await client.get(configMaps, tokenTracking)
    const since = startOfDay(data?.['since'])
    return since !== undefined && clock.now() >= since + dayMs + unusedMs
  } catch (error) {
    if (isNotFound(error)) return false
    throw error
  }
}

async function retire(secret: Stored<Secret>, { client, clock, logger }: Context): Promise<void> {
  const { uid, resourceVersion, labels } = secret.metadata
  const since = labels?.[invalidSinceLabel]
  try {
    if (startOfDay(since) === undefined) {
      const patch = { metadata: { uid, labels: { [invalidSinceLabel]: dayOf(clock.now()) } } }
      await client.patch(secrets, secret.metadata, patch, { type: 'merge' })
      logger.info('marked an unused service account token as invalid', { secret: keyOf(secret) })
    } else if (since !== undefined && since < dayOf(clock.now() - unusedMs)) {
      await client.delete(secrets, secret.metadata, { preconditions: { resourceVersion } })
      logger.info('deleted an unused service account token', { secret: keyOf(secret) })
    }
  } catch (error) {
    if (!isNotFound(error) && !isConflict(error)) throw error
  }
}
