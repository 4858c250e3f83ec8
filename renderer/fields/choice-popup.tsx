import { Popover } from '@base-ui/react/popover';
import { Command } from 'cmdk';
import { Check } from 'lucide-react';
import type { ReactNode, RefObject } from 'react';
import { useTranslation } from '../i18n/texts.tsx';
import styles from './choice.module.css';

/** Lists longer than this are searched. */
const searchFrom = 8;

type Props = {
  readonly anchor: RefObject<HTMLElement | null>;
  readonly label: string;
  readonly value: string;
  readonly options: readonly string[];
  readonly onChoose: (value: string) => void;
  readonly onClose: () => void;
  /** What stands below the list, such as a way to add to it. */
  readonly footer?: ReactNode;
};

/** The open list of a choice, with a search where it is long. Mounted only while it is open. */
export function ChoicePopup({ anchor, label, value, options, onChoose, onClose, footer }: Props) {
  const { t } = useTranslation();
  const choose = (option: string) => {
    onChoose(option);
    onClose();
  };
  return (
    <Popover.Root open onOpenChange={(open) => open || onClose()}>
      <Popover.Portal>
        <Popover.Positioner anchor={anchor} side="bottom" align="end" sideOffset={4} className={styles.positioner}>
          <Popover.Popup className={styles.popup} aria-label={label} finalFocus={anchor}>
            <Command label={label} defaultValue={value} loop className={styles.command}>
              <Command.Input
                className={options.length > searchFrom ? styles.search : 'visually-hidden'}
                placeholder={t('fields.choice.search')}
                autoFocus
              />
              <Command.List className={styles.list}>
                <Command.Empty className={styles.empty}>{t('common.nothingFound')}</Command.Empty>
                {options.map((option) => (
                  <Command.Item key={option} value={option} onSelect={() => choose(option)} className={styles.item}>
                    <span className={styles.text}>{option}</span>
                    {option === value && <Check size={14} aria-hidden="true" />}
                  </Command.Item>
                ))}
              </Command.List>
            </Command>
            {footer}
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}
