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

export interface IssueResult {
  authority: KeyPair
  /** In the order of `IssueOrder.leaves`. */
  leaves: KeyPair[]
}

/**
 * Issues certificates (RFC 5280) with keys on P-256, in a thread of its own, which alone loads the X.509 library and
 * ends with the answer: the caller neither waits for its loading nor keeps its memory. Rejects when the authority's key
 * is of another type.
 */
export function issueCertificates(order: IssueOrder): Promise<IssueResult> {
  const worker = new Worker(new URL('./certificate-worker.ts', import.meta.url), {
    workerData: order,
  })
  return new Promise((resolve, reject) => {
    worker.once('message', resolve)
    worker.once('error', reject)
    worker.once('exit', code =>
      reject(new Error(`issuing certificates: the worker ended with code ${code} and no answer`)),
    )
  })
}
