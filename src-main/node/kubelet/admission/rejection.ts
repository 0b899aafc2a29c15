/** Why a node does not take a pod: it fails with the reason, and the message behind "Pod was rejected: ". */
export interface Rejection {
  reason: string
  message: string
}
