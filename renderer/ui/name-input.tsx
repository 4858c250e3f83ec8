import { type ComponentProps, useState } from 'react';

type Props = {
  readonly name: string;
  readonly label: string;
  readonly className: string | undefined;
  readonly more?: Pick<ComponentProps<'input'>, 'maxLength' | 'autoComplete' | 'spellCheck'>;
  /** Told the text as it was written, or undefined if it was given up with Escape. */
  readonly onEnd: (text: string | undefined) => void;
};

/** A field in which a name is written over; Enter or leaving it ends that, Escape gives it up. */
export function NameInput({ name, label, className, more, onEnd }: Props) {
  const [draft, setDraft] = useState(name);
  return (
    <input
      className={className}
      aria-label={label}
      value={draft}
      // biome-ignore lint/a11y/noAutofocus: it appears because somebody wants to write in it.
      autoFocus
      {...more}
      onFocus={(event) => event.target.select()}
      onChange={(event) => setDraft(event.target.value)}
      onBlur={() => onEnd(draft)}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key === 'Enter') onEnd(draft);
        if (event.key === 'Escape') onEnd(undefined);
      }}
    />
  );
}
