/** A resource quantity as its canonical string, such as `100m` or `1Gi`. */
export type Quantity = string
/** RFC 3339 in UTC with whole seconds: `2026-01-02T15:04:05Z`. */
export type Time = string
/** RFC 3339 in UTC with microseconds: `2026-01-02T15:04:05.000000Z`. */
export type MicroTime = string
/** Bytes, base64-encoded, as in `Secret.data`. */
export type Base64 = string
/** A number, or a string such as a percentage or a port's name. */
export type IntOrString = number | string
