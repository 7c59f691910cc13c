<?php

declare(strict_types=1);

namespace Hookwright\Sending;

use CurlHandle;
use CurlMultiHandle;
use Hookwright\Deliveries\InFlight;
use Hookwright\Deliveries\Request;
use Hookwright\Deliveries\Settlement;
use Hookwright\DispatcherOptions;

/**
 * The requests under way, all in one thread: curl works on them whenever it is let.
 *
 * @internal
 */
final class Transfers
{
    /** Requests after which curl's names are forgotten: it keeps each that it was ever told. */
    private const NAMES_KEPT_FOR = 10_000;

    private CurlMultiHandle $multi;

    /** @var array<int, array{CurlHandle, Exchange}> by the handle's object id */
    private array $sending = [];

    /** @var list<CurlHandle> */
    private array $idle = [];

    private int $begun = 0;

    public function __construct(private readonly DispatcherOptions $options, private readonly Resolver $resolver)
    {
        $this->multi = curl_multi_init();
    }

    public function count(): int
    {
        return count($this->sending);
    }

    public function isEmpty(): bool
    {
        return $this->sending === [];
    }

    /** @return list<InFlight> how many requests are under way to which webhook */
    public function busy(): array
    {
        $busy = [];
        foreach ($this->sending as [, $exchange]) {
            $busy[$exchange->request->webhookId] = ($busy[$exchange->request->webhookId] ?? 0) + 1;
        }

        return array_map(
            static fn (string $id, int $requests) => new InFlight($id, $requests),
            array_keys($busy),
            array_values($busy),
        );
    }

    /** @return Settlement|null what came of it, if it cannot be sent */
    public function begin(Request $request): ?Settlement
    {
        if ($this->sending === [] && $this->begun >= self::NAMES_KEPT_FOR) {
            $this->multi = curl_multi_init();
            $this->begun = 0;
        }
        $this->begun++;
        $exchange = new Exchange($request);
        $handle = array_pop($this->idle) ?? curl_init();
        $options = $this->options;
        if (!$exchange->prepare($handle, $this->resolver, $options->longestTimeoutMs, $options->connectTimeoutMs, $options->caFile)) {
            return $exchange->settled(null, 0);
        }
        $this->sending[spl_object_id($handle)] = [$handle, $exchange];
        curl_multi_add_handle($this->multi, $handle);

        return null;
    }

    /** Lets curl do what it can without waiting. */
    public function turn(): void
    {
        curl_multi_exec($this->multi, $running);
    }

    /**
     * Lets curl work, and waits for it up to so many seconds.
     *
     * @return list<Settlement> what came of those that ended
     */
    public function drive(float $pause): array
    {
        $this->turn();
        $finished = $this->collect();
        if ($finished !== []) {
            return $finished;
        }
        if ($this->sending === []) {
            usleep((int) ($pause * 1_000_000));

            return [];
        }
        if (curl_multi_select($this->multi, $pause) === -1) {
            usleep(1_000);
        }
        $this->turn();

        return $this->collect();
    }

    /** @return list<Settlement> those that were broken off, which are all */
    public function cutOff(): array
    {
        $settlements = [];
        foreach ($this->sending as [$handle, $exchange]) {
            curl_multi_remove_handle($this->multi, $handle);
            $settlements[] = $exchange->cutOff();
        }
        $this->sending = [];

        return $settlements;
    }

    /** @return list<Settlement> */
    private function collect(): array
    {
        $finished = [];
        while (($told = curl_multi_info_read($this->multi)) !== false) {
            $id = spl_object_id($told['handle']);
            [$handle, $exchange] = $this->sending[$id];
            $finished[] = $exchange->settled($handle, $told['result']);
            curl_multi_remove_handle($this->multi, $handle);
            unset($this->sending[$id]);
            curl_reset($handle);
            $this->idle[] = $handle;
        }

        return $finished;
    }
}
