import type { ReactNode } from 'react'
import { Dialog as AriaDialog, Heading } from 'react-aria-components/Dialog'
import { Modal, ModalOverlay } from 'react-aria-components/Modal'
import { Button } from './button.tsx'
import styles from './dialog.module.css'
import { type GlyphKind, StatusGlyph } from './status-glyph.tsx'

/** A question or a small form over everything else. Esc and a click beside it close it. */
export function Dialog({
  title,
  glyph,
  onClose,
  footer,
  children,
  wide,
  alert,
}: {
  title: string
  glyph?: GlyphKind
  onClose: () => void
  footer?: ReactNode
  children: ReactNode
  wide?: boolean
  alert?: boolean
}) {
  return (
    <ModalOverlay
      className={styles['overlay'] ?? ''}
      isOpen
      isDismissable
      onOpenChange={open => open || onClose()}
    >
      <Modal className={`${styles['modal']} ${wide ? styles['wide'] : ''}`}>
        <AriaDialog className={styles['dialog'] ?? ''} role={alert ? 'alertdialog' : 'dialog'}>
          <Heading slot="title" className={styles['title'] ?? ''}>
            {glyph && <StatusGlyph {...glyph} />}
            {title}
          </Heading>
          <div className={styles['body']}>{children}</div>
          {footer && <div className={styles['footer']}>{footer}</div>}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  )
}

/** Names what will be lost and asks. */
export function Confirmation({
  title,
  children,
  action,
  onConfirm,
  onClose,
  busy,
}: {
  title: string
  children: ReactNode
  /** Verb and object. */
  action: string
  onConfirm: () => void
  onClose: () => void
  busy?: boolean
}) {
  return (
    <Dialog
      alert
      title={title}
      glyph={{ shape: 'triangle', tone: 'warn' }}
      onClose={onClose}
      footer={
        <>
          <Button look="quiet" onPress={onClose} autoFocus>
            Cancel
          </Button>
          <Button look="danger" onPress={onConfirm} isDisabled={busy ?? false}>
            {action}
          </Button>
        </>
      }
    >
      {children}
    </Dialog>
  )
}
