import { createPrivateKey, generateKeyPairSync } from 'node:crypto'
import path from 'node:path'
import { writeFileAtomic } from './atomic-file.ts'
import type { KeyPair } from './issue-certificates.ts'
import { readIfThere } from './read-if-there.ts'

/** The PEM files of a cluster's identity: `<name>.crt` and `<name>.key`, and `sa.key`; all 0600. */
export class CertificateFiles {
  readonly #directory: string

  constructor(directory: string) {
    this.#directory = directory
  }

  /** The pair, or undefined unless both halves are there. */
  async readPair(name: string): Promise<KeyPair | undefined> {
    const [certificate, key] = await this.#readHalves(name)
    return certificate && key ? { certificate, key } : undefined
  }

  /** The key goes first: a crash in between leaves a pair that doesn't match and is issued again. */
  async writePair(name: string, pair: KeyPair): Promise<void> {
    await writeFileAtomic(this.#file(`${name}.key`), pair.key, { mode: 0o600 })
    await writeFileAtomic(this.#file(`${name}.crt`), pair.certificate, { mode: 0o600 })
  }

  /** The authority; its key alone when the certificate is missing. Throws when only the certificate is left. */
  async readAuthority(): Promise<{ certificate?: string; key: string } | undefined> {
    const [certificate, key] = await this.#readHalves('ca')
    if (key) {
      assertKey(key, this.#file('ca.key'))
      return certificate ? { certificate, key } : { key }
    }
    if (!certificate) return undefined
    throw new Error(
      `${this.#file('ca.key')} is missing while ca.crt is there: restore it from a backup, or delete ${this.#directory} to give the cluster a new identity (kubeconfigs copied elsewhere then stop working)`,
    )
  }

  /** PEM of the EC P-256 key that signs service-account tokens, made when there is none. */
  async ensureSigningKey(): Promise<string> {
    const file = this.#file('sa.key')
    const stored = await readIfThere(file)
    if (stored !== undefined) {
      assertKey(stored, file)
      return stored
    }
    const { privateKey } = generateKeyPairSync('ec', {
      namedCurve: 'P-256',
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    })
    await writeFileAtomic(file, privateKey, { mode: 0o600 })
    return privateKey
  }

  #readHalves(name: string): Promise<[string | undefined, string | undefined]> {
    return Promise.all([
      readIfThere(this.#file(`${name}.crt`)),
      readIfThere(this.#file(`${name}.key`)),
    ])
  }

  #file(name: string): string {
    return path.join(this.#directory, name)
  }
}

function assertKey(pem: string, file: string): void {
  try {
    createPrivateKey(pem)
  } catch (cause) {
    throw new Error(`${file} is not a readable private key: restore it from a backup`, { cause })
  }
}
