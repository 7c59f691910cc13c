<?php

// Made from wit/webhooks by `cargo xtask php`; edit it there.

declare(strict_types=1);

namespace Hookwright;

use Hookwright\Internal\Core;
use Hookwright\Internal\Wire;

/**
 * The one rule for whom a webhook may call. Public addresses are allowed; loopback, private, link-local, translated and
 * other special ones are refused unless the configuration opens them (`allow-addresses`), and cloud metadata is refused
 * always. `registry` applies it to every URL that it is given. A host applies it before every request, on every path:
 * delivery, test and ping. Calls no import but the configuration, so its answers hold as long as the host runs.
 */
final class Guard
{
    /** @internal */
    public function __construct(private readonly Core $core)
    {
    }

    /**
     * Whether a URL may be called as far as its text says: its port, and its host when that is an address in any
     * spelling (octal, hexadecimal, short, IPv6 with IPv4 inside) or a name that cannot be a public receiver's. Hosts
     * ask before each request, because a client's resolver is not asked for literal addresses; http URLs are judged
     * even where the configuration allows only https. A name that passes says nothing of its addresses. The inner error
     * is the refusal; the outer one is `invalid` when no webhook could have this URL.
     *
     * @throws Exception\HookwrightException
     */
    public function checkUrl(string $url): ?\Hookwright\Guard\Blocked
    {
        $answer = $this->core->call('guard.check-url', [$url]);

        return Wire::either($answer, static fn () => null, static fn ($it) => \Hookwright\Guard\Blocked::fromWire($it));
    }

    /**
     * Whether a connection to this address may be made: IPv4 in decimal, or IPv6, with or without brackets. Hosts ask
     * for each address that a name resolved to, in the resolution that the connection itself uses, and connect only to
     * those that pass. The inner error is the refusal; the outer one is `invalid` when the text is no address.
     *
     * @throws Exception\HookwrightException
     */
    public function checkAddress(string $address): ?\Hookwright\Guard\Blocked
    {
        $answer = $this->core->call('guard.check-address', [$address]);

        return Wire::either($answer, static fn () => null, static fn ($it) => \Hookwright\Guard\Blocked::fromWire($it));
    }
}
