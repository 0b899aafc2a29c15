import { toast } from '../../components/toasts.tsx'

/** Puts a text on the clipboard and says so by the name of what it is, never by the text itself. */
export async function copyText(text: string, what: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text)
    toast({ tone: 'ok', title: `${what} copied` })
  } catch {
    toast({
      tone: 'bad',
      title: `${what} wasn’t copied`,
      detail: 'The browser refused access to the clipboard.',
    })
  }
}
