<?php

// Made from wit/webhooks by `cargo xtask php`; edit it there.

declare(strict_types=1);

namespace Hookwright\Deliveries;

/** Why no answer came. */
enum FailureKind: string
{
    /** The host name has no address. */
    case Dns = 'dns';

    /** No connection. */
    case Connect = 'connect';

    /** No trust in the receiver's certificate, or no common protocol. */
    case Tls = 'tls';

    /** Not done within the time-out. */
    case Timeout = 'timeout';

    /** The address may not be called. */
    case Blocked = 'blocked';

    /** The answer is not HTTP, or the connection broke off. */
    case Protocol = 'protocol';
}
