/** Why a node does not take a pod: it fails with the reason, and the message behind "Pod was rejected: ". */
export interface Rejection {
  reason: string
  message: string
  /** What the node is short of, where it lacks nothing else: less important pods might make room. */
  short?: readonly Shortage[]
}

/** Thousandths of a CPU, bytes, or plain numbers. */
export interface Shortage {
  name: string
  amount: number
}
