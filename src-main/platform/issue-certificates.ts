import { Worker } from 'node:worker_threads'

/** A certificate and its private key, both PEM. */
export interface KeyPair {
  certificate: string
  key: string
}

/** What a certificate is to say. Times are milliseconds since the epoch. */
export interface CertificateRequest {
  purpose: 'authority' | 'server' | 'client'
  commonName: string
  organizations: string[]
  /** DNS names a server answers to. */
  names: string[]
  /** IP addresses a server answers to. */
  addresses: string[]
  notBefore: number
  notAfter: number
  /** Certify this private key (PKCS #8 PEM) instead of a new one. */
  key?: string
}

export interface IssueOrder {
  /** The authority that signs; a request means that it is made first, self-signed. */
  authority: KeyPair | CertificateRequest
  leaves: CertificateRequest[]
}

/** An order to certify the key of a request as its holder asks, where `usages` are named as Kubernetes does. */
export interface SigningOrder {
  authority: KeyPair
  /** PKCS #10, PEM. */
  request: string
  usages: readonly string[]
  notBefore: number
  notAfter: number
}

/** What the holder of a key asks to be certified as. */
export interface RequestedIdentity {
  commonName: string
  organizations: string[]
  dnsNames: string[]
  addresses: string[]
  emails: string[]
  uris: string[]
}

/** What the thread is asked. */
export type WorkerOrder = { issue: IssueOrder } | { sign: SigningOrder } | { read: string }

/** What it says: the answer, and before it that the first of several leaves is there. */
export type ThreadMessage = { first: FirstIssued } | { answer: unknown }

export interface IssueResult {
  authority: KeyPair
  /** In the order of `IssueOrder.leaves`. */
  leaves: KeyPair[]
}

/** Told when the first of an order's leaves is there, well before the others. */
export interface FirstIssued {
  authority: KeyPair
  first: KeyPair
}

/**
 * Issues certificates (RFC 5280) with keys on P-256, in a thread of its own, which alone loads the X.509 library and
 * ends with the answer: the caller neither waits for its loading nor keeps its memory. Rejects when the authority's key
 * is of another type.
 */
export const issueCertificates = (
  order: IssueOrder,
  onFirst?: (issued: FirstIssued) => void,
): Promise<IssueResult> => inThread<IssueResult>({ issue: order }, onFirst)

/** Signs a certificate request; answers the certificate as PEM. Rejects when the request isn't one, or its signature false. */
export const signRequest = (order: SigningOrder): Promise<string> =>
  inThread<string>({ sign: order })

/** Reads what a certificate request (PKCS #10, PEM) asks for. */
export const readRequest = (request: string): Promise<RequestedIdentity> =>
  inThread<RequestedIdentity>({ read: request })

/** Has the library loaded from now on, for an order that is about to come. */
export function expectOrder(): void {
  waiting ??= startThread()
}

interface Thread {
  worker: Worker
  answer: Promise<unknown>
}

let waiting: Thread | undefined

function inThread<T>(order: WorkerOrder, onFirst?: (issued: FirstIssued) => void): Promise<T> {
  const { worker, answer } = waiting ?? startThread()
  waiting = undefined
  worker.on('message', (said: ThreadMessage) => {
    if ('first' in said) onFirst?.(said.first)
  })
  worker.ref()
  worker.postMessage(order)
  return answer as Promise<T>
}

/** A thread that waits for one order and ends with its answer; it keeps no process that gives none. */
function startThread(): Thread {
  const worker = new Worker(new URL('./certificate-worker.ts', import.meta.url))
  const answer = new Promise((resolve, reject) => {
    worker.on('message', (said: ThreadMessage) => {
      if ('answer' in said) resolve(said.answer)
    })
    worker.once('error', reject)
    worker.once('exit', code =>
      reject(new Error(`issuing certificates: the worker ended with code ${code} and no answer`)),
    )
  })
  answer.catch(() => {})
  worker.unref() // after its listeners, each of which holds the process
  return { worker, answer }
}
