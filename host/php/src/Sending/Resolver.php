<?php

declare(strict_types=1);

namespace Hookwright\Sending;

use Hookwright\Deliveries\Failure;
use Hookwright\Deliveries\FailureKind;
use Hookwright\Exception\HookwrightException;
use Hookwright\Guard;
use Hookwright\Internal\Clock;

/**
 * Which addresses of a receiver may be connected to. What is allowed here is what curl is told to use; it asks no name
 * server itself.
 *
 * The rule is the component's. Answers of the name server are kept for some seconds, the guard's for good.
 *
 * @internal
 */
final class Resolver
{
    private const KEPT_SECONDS = 10.0;

    /** Names after which those that are too old are forgotten. */
    private const KNOWN = 1_000;

    /** @var array<string, array{float, list<string>|Failure}> */
    private array $known = [];

    /** @var array<string, string|null> why an origin or address is blocked, or null */
    private array $judged = [];

    /** @var \Closure(string): list<string> */
    private readonly \Closure $lookUp;

    /** @param (\Closure(string): list<string>)|null $lookUp addresses of a name; default: the system's resolver */
    public function __construct(private readonly Guard $guard, ?\Closure $lookUp = null)
    {
        $this->lookUp = $lookUp ?? self::system(...);
    }

    /** @return list<string>|Failure the addresses to connect to; none for a literal one, which curl reads itself */
    public function addresses(Target $target): array|Failure
    {
        $blocked = $this->judge($target->origin, $this->guard->checkUrl(...));
        if ($blocked !== null) {
            return new Failure(FailureKind::Blocked, $blocked);
        }
        if ($target->isLiteral) {
            return [];
        }
        [$until, $found] = $this->known[$target->host] ?? [0.0, []];
        $began = Clock::seconds();
        if ($until < $began) {
            $found = $this->resolve($target->host);
            $now = Clock::seconds();
            // Nobody waits again at once for a name server that has not answered.
            $kept = $found instanceof Failure ? max(self::KEPT_SECONDS, min(60.0, 30 * ($now - $began))) : self::KEPT_SECONDS;
            $this->forgetOld($now);
            $this->known[$target->host] = [$now + $kept, $found];
        }

        return $found;
    }

    private function forgetOld(float $now): void
    {
        if (count($this->known) >= self::KNOWN) {
            $this->known = array_filter($this->known, static fn (array $one) => $one[0] >= $now);
        }
    }

    /** @return list<string>|Failure */
    private function resolve(string $host): array|Failure
    {
        $found = ($this->lookUp)($host);
        if ($found === []) {
            return new Failure(FailureKind::Dns, 'the host name was not resolved: it has no address');
        }
        $refusal = null;
        $allowed = [];
        foreach ($found as $address) {
            $blocked = $this->judge($address, $this->guard->checkAddress(...));
            if ($blocked === null) {
                $allowed[] = $address;
            }
            $refusal ??= $blocked;
        }

        return $allowed === [] ? new Failure(FailureKind::Blocked, (string) $refusal) : $allowed;
    }

    /** @param \Closure(string): (Guard\Blocked|null) $check */
    private function judge(string $what, \Closure $check): ?string
    {
        if (!array_key_exists($what, $this->judged)) {
            if (count($this->judged) > 10_000) {
                $this->judged = [];
            }
            try {
                $blocked = $check($what);
                $this->judged[$what] = $blocked === null ? null : "the address may not be called: {$blocked->message}";
            } catch (HookwrightException $error) {
                return "the address may not be called: {$error->getMessage()}";
            }
        }

        return $this->judged[$what];
    }

    /** @return list<string> */
    private static function system(string $host): array
    {
        if (!function_exists('socket_addrinfo_lookup')) {
            return gethostbynamel($host) ?: [];
        }
        $found = [];
        foreach (@socket_addrinfo_lookup($host, null, ['ai_socktype' => SOCK_STREAM]) ?: [] as $entry) {
            $address = socket_addrinfo_explain($entry)['ai_addr'];
            $found[] = $address['sin_addr'] ?? $address['sin6_addr'];
        }

        return array_values(array_unique($found));
    }
}
