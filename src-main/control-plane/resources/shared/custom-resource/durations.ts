const goUnit = 'ns|us|µs|μs|ms|s|m|h'
const goDuration = new RegExp(`^[+-]?(0|((\\d+(\\.\\d*)?|\\.\\d+)(${goUnit}))+)$`)
const scalaDuration =
  /^\d+\s*(n|ns|nano|nanos|us|µs|micro|micros|ms|milli|millis|s|sec|secs|m|min|mins|h|hr|hrs|hour|hours|d|day|days|w|wk|wks|week|weeks)$/i

/** Whether a text is a duration as Go writes it (`1h30m`) or in words (`3 days`). */
export const isDuration = (text: string): boolean =>
  goDuration.test(text) || scalaDuration.test(text)
