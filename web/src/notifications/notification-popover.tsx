import { Popover } from '@base-ui/react/popover';
import { useState } from 'react';
import { BellButton } from './notification-bell.tsx';
import { NotificationList } from './notification-list.tsx';

/** The bell once it was opened. */
export function NotificationPopover({ unread }: { unread: number }) {
  const [isOpen, setIsOpen] = useState(true);
  return (
    <Popover.Root open={isOpen} onOpenChange={setIsOpen}>
      <Popover.Trigger render={<BellButton unread={unread} />} />
      <Popover.Portal>
        <Popover.Positioner sideOffset={8} align="end" className="popover-place">
          <Popover.Popup className="popover" data-testid="notifications">
            <Popover.Title className="popover-title">Notifications</Popover.Title>
            <NotificationList unread={unread} onFollow={() => setIsOpen(false)} />
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}
