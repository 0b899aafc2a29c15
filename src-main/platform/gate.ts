import { timingSafeEqual } from 'node:crypto'

/** Whether a Host header names this machine's loopback address and our port; anything else may be DNS rebinding. */
export function isLoopbackHost(host: string | undefined, port: number): boolean {
  return [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`].includes(host ?? '')
}

/** Compares two secrets in a time that tells nothing about where they differ. */
export function isSameSecret(a: string, b: string): boolean {
  const left = Buffer.from(a)
  const right = Buffer.from(b)
  return left.length === right.length && timingSafeEqual(left, right)
}
