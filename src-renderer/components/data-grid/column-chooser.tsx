import { Columns3 } from 'lucide-react'
import { Dialog, DialogTrigger } from 'react-aria-components/Dialog'
import { Popover } from 'react-aria-components/Popover'
import { Button, IconButton } from '../button.tsx'
import { Checkbox } from '../checkbox.tsx'
import styles from './column-chooser.module.css'
import type { ColumnChoice, GridColumn } from './columns.ts'
import { noChoice } from './columns.ts'

/** Which columns show. One that only lacks room says so. */
export function ColumnChooser<Row>({
  columns,
  lackRoom,
  choice,
  onChoice,
}: {
  columns: readonly GridColumn<Row>[]
  lackRoom: ReadonlySet<string>
  choice: ColumnChoice
  onChoice: (choice: ColumnChoice) => void
}) {
  return (
    <DialogTrigger>
      <IconButton small icon={Columns3} label="Columns" />
      <Popover className={styles['popover'] ?? ''} placement="bottom end" offset={4}>
        <Dialog className={styles['dialog'] ?? ''} aria-label="Columns">
          {columns.slice(1).map(({ id, header, optional }) => (
            <div key={id} className={styles['option']}>
              <Checkbox
                checked={choice.shown[id] ?? !optional}
                onChange={shown => onChoice({ ...choice, shown: { ...choice.shown, [id]: shown } })}
              >
                {header}
              </Checkbox>
              {lackRoom.has(id) && (
                <button
                  type="button"
                  className={styles['room']}
                  onClick={() => onChoice({ ...choice, shown: { ...choice.shown, [id]: true } })}
                >
                  no room, show anyway
                </button>
              )}
            </div>
          ))}
          <div className={styles['foot']}>
            <Button small look="quiet" onPress={() => onChoice(noChoice)}>
              Reset columns
            </Button>
          </div>
        </Dialog>
      </Popover>
    </DialogTrigger>
  )
}
