import { secrets, serviceAccounts } from '#client/resource-types.ts'
import type { Secret, ServiceAccount } from '#kubernetes/api/core-v1.ts'
import { keyOf, type Stored } from '#kubernetes/objects.ts'
import { isNotFound } from '#kubernetes/status-error.ts'
import { type ControllerContext, defineController } from './define-controller.ts'

const secretType = 'kubernetes.io/service-account-token'
const nameKey = 'kubernetes.io/service-account.name'
const uidKey = 'kubernetes.io/service-account.uid'
const select = { fieldSelector: `type=${secretType}` }
const reads = { tokenSecrets: { type: secrets, select } }

type Context = ControllerContext<ServiceAccount, typeof reads>

/**
 * Fills Secrets of type `kubernetes.io/service-account-token` with a token of the account that they name, and deletes
 * them when that account is gone. Keys are those of Secrets, behind `secret/`, and of accounts.
 */
export const serviceAccountTokenController = defineController({
  name: 'serviceaccount-token-controller',
  user: 'system:kube-controller-manager',
  for: serviceAccounts,
  reads,
  start: context => {
    const { informers, queue, on } = context
    const wake = (secret: Stored<Secret>) => queue.add(`${secretPrefix}${keyOf(secret)}`)
    on(informers.tokenSecrets, { added: wake, updated: wake })
    return async key => {
      if (key.startsWith(secretPrefix)) await keep(context, key.slice(secretPrefix.length))
      else for (const secret of secretsOf(context, key)) wake(secret)
      return undefined
    }
  },
})

const secretPrefix = 'secret/'

/** The Secrets that name an account. */
function secretsOf({ informers }: Context, account: string): Stored<Secret>[] {
  const [namespace = '', name] = account.split('/')
  return informers.tokenSecrets
    .list(namespace)
    .filter(({ metadata }) => metadata.annotations?.[nameKey] === name)
}

async function keep(context: Context, key: string): Promise<void> {
  const { client, informers, options } = context
  const secret = informers.tokenSecrets.get(key)
  const { [nameKey]: name = '', [uidKey]: uid } = secret?.metadata.annotations ?? {}
  if (!secret || secret.metadata.deletionTimestamp || !name || !options.signSecretToken) return
  const account = await findAccount(context, { namespace: secret.metadata.namespace, name })
  try {
    if (!account || (uid && uid !== account.metadata.uid)) {
      await client.delete(secrets, secret.metadata, {
        preconditions: { uid: secret.metadata.uid },
      })
      return
    }
    const filled = await withToken(context, secret, account)
    if (filled) await client.update(secrets, filled)
  } catch (error) {
    if (!isNotFound(error)) throw error
  }
}

/** Asks the API server itself before an account counts as gone. */
async function findAccount(
  { client, informer }: Context,
  named: { namespace: string | undefined; name: string },
): Promise<Stored<ServiceAccount> | undefined> {
  const known = informer.get(`${named.namespace}/${named.name}`)
  if (known) return known
  try {
    return await client.get(serviceAccounts, named)
  } catch (error) {
    if (isNotFound(error)) return undefined
    throw error
  }
}

/** The Secret with what it is to hold; undefined when it holds it. */
async function withToken(
  { options }: Context,
  secret: Stored<Secret>,
  { metadata }: Stored<ServiceAccount>,
): Promise<Stored<Secret> | undefined> {
  const { data = {} } = secret
  const namespace = secret.metadata.namespace ?? ''
  const wanted = {
    ...(options.rootCertificate ? { 'ca.crt': encode(options.rootCertificate) } : {}),
    namespace: data['namespace'] || encode(namespace),
  }
  const isRight =
    data['token'] &&
    data['ca.crt'] === wanted['ca.crt'] &&
    data['namespace'] &&
    secret.metadata.annotations?.[uidKey] === metadata.uid
  if (isRight) return undefined
  const token =
    data['token'] ||
    encode(
      (await options.signSecretToken?.({
        namespace,
        secret: secret.metadata.name,
        serviceAccount: { name: metadata.name, uid: metadata.uid },
      })) ?? '',
    )
  const annotations = { ...secret.metadata.annotations, [uidKey]: metadata.uid }
  return {
    ...secret,
    metadata: { ...secret.metadata, annotations },
    data: { ...data, ...wanted, token },
  }
}

const encode = (text: string): string => Buffer.from(text).toString('base64')
