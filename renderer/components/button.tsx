import type { ReactNode, RefObject } from 'react';
import type { LucideIcon } from 'lucide-react';
import { LoaderCircle } from 'lucide-react';
import { Button as AriaButton, Tooltip, TooltipTrigger } from 'react-aria-components';

export interface ButtonProps {
  /** Default: secondary. One primary button a screen at the most. */
  readonly variant?: 'primary' | 'secondary' | 'quiet' | 'danger';
  readonly icon?: LucideIcon;
  readonly children: ReactNode;
  readonly onPress?: () => void;
  readonly isDisabled?: boolean;
  /** Shows that the press is being worked on; presses meanwhile do nothing. */
  readonly isPending?: boolean;
  readonly type?: 'button' | 'submit';
  readonly size?: 'small' | 'normal';
  readonly className?: string;
  readonly autoFocus?: boolean;
  readonly ref?: RefObject<HTMLButtonElement | null>;
  readonly 'aria-describedby'?: string;
}

export function Button({
  variant = 'secondary',
  icon: Icon,
  children,
  className = '',
  isPending = false,
  size = 'normal',
  onPress,
  ...rest
}: ButtonProps) {
  const Shown = isPending ? LoaderCircle : Icon;
  return (
    <AriaButton
      {...rest}
      // Not React Aria's own isPending: what it has read out refers to the button, which may be gone by then.
      {...(isPending ? { 'aria-disabled': 'true' as const, type: 'button' as const } : {})}
      {...(onPress === undefined || isPending ? {} : { onPress })}
      className={`button ${className}`}
      data-variant={variant}
      data-size={size}
    >
      {Shown !== undefined && <Shown aria-hidden className={isPending ? 'icon turning' : 'icon'} />}
      <span className="button-label">{children}</span>
    </AriaButton>
  );
}

export interface IconButtonProps {
  readonly icon: LucideIcon;
  /** What it does: its accessible name and its tooltip. */
  readonly label: string;
  readonly onPress?: () => void;
  readonly isDisabled?: boolean;
  readonly size?: 'small' | 'normal';
  readonly className?: string;
}

export function IconButton({ icon: Icon, label, className = '', size = 'normal', ...rest }: IconButtonProps) {
  return (
    <TooltipTrigger delay={500}>
      <AriaButton {...rest} aria-label={label} className={`icon-button ${className}`} data-size={size}>
        <Icon aria-hidden className="icon" />
      </AriaButton>
      <Tooltip className="tooltip" offset={6}>
        {label}
      </Tooltip>
    </TooltipTrigger>
  );
}
