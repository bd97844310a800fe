import type { LucideIcon } from 'lucide-react';
import { EllipsisVertical } from 'lucide-react';
import {
  Menu as AriaMenu,
  Button as AriaButton,
  MenuItem,
  MenuTrigger,
  Popover,
  Text,
} from 'react-aria-components';
import { ChevronDown } from 'lucide-react';

export interface MenuChoice {
  readonly id: string;
  readonly label: string;
  readonly icon?: LucideIcon;
  readonly description?: string;
  readonly isDanger?: boolean;
  readonly isDisabled?: boolean;
  readonly onAction: () => void;
}

export interface MenuProps {
  /** Accessible name; shown too, unless `isIcon`. */
  readonly label: string;
  readonly choices: readonly MenuChoice[];
  /** Three dots instead of the label: at the end of a row. */
  readonly isIcon?: boolean;
}

export function Menu({ label, choices, isIcon = false }: MenuProps) {
  return (
    <MenuTrigger>
      {isIcon ? (
        <AriaButton aria-label={label} className="icon-button" data-size="small">
          <EllipsisVertical aria-hidden className="icon" />
        </AriaButton>
      ) : (
        <AriaButton className="button" data-variant="secondary">
          <span className="button-label">{label}</span>
          <ChevronDown aria-hidden className="icon" />
        </AriaButton>
      )}
      <Popover className="popover" offset={4} placement="bottom end">
        <AriaMenu className="list-box" aria-label={label}>
          {choices.map(({ id, label: words, icon: Icon, description, isDanger, isDisabled, onAction }) => (
            <MenuItem
              key={id}
              id={id}
              textValue={words}
              onAction={onAction}
              isDisabled={isDisabled ?? false}
              className="list-box-item menu-item"
              data-danger={isDanger}
            >
              {Icon !== undefined && <Icon aria-hidden className="icon" />}
              <span>
                <Text slot="label">{words}</Text>
                {description !== undefined && (
                  <Text slot="description" className="list-box-description">
                    {description}
                  </Text>
                )}
              </span>
            </MenuItem>
          ))}
        </AriaMenu>
      </Popover>
    </MenuTrigger>
  );
}
