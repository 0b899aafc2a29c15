import { Duration, fail, Timestamp, Uint, type Value } from '../evaluate/values.ts'

export const maxInt = 2n ** 63n - 1n
export const minInt = -(2n ** 63n)
export const maxUint = 2n ** 64n - 1n

export const second = 1_000_000_000n
/** From 0001-01-01 to the end of 9999. */
const firstTime = -62_135_596_800n * second
const lastTime = 253_402_300_800n * second - 1n

/** A whole number as an int, if it is one. */
export const int = (value: bigint): Value =>
  value > maxInt || value < minInt ? fail('integer overflow') : value

export const uint = (value: bigint): Value =>
  value > maxUint || value < 0n ? fail('unsigned integer overflow') : new Uint(value)

export const duration = (nanos: bigint): Value =>
  nanos > maxInt || nanos < minInt ? fail('duration overflow') : new Duration(nanos)

export const timestamp = (nanos: bigint): Value =>
  nanos > lastTime || nanos < firstTime ? fail('timestamp overflow') : new Timestamp(nanos)
