<?php

// Made from wit/webhooks by `cargo xtask php`; edit it there.

declare(strict_types=1);

namespace Hookwright\Deliveries;

/** One event to one webhook, over all its attempts. */
enum State: string
{
    /** Waits for its first attempt. */
    case Pending = 'pending';

    /** Claimed by a host, under a lease. */
    case Sending = 'sending';

    /** Waits for another attempt. */
    case Retrying = 'retrying';

    /** Its webhook is not active; waits until it is. */
    case Held = 'held';

    /** A receiver answered 2xx. */
    case Delivered = 'delivered';

    /** Given up; `reason` says why. */
    case Exhausted = 'exhausted';

    /** Its webhook was deleted, or a person cancelled it. */
    case Cancelled = 'cancelled';
}
