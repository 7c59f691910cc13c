<?php

declare(strict_types=1);

namespace Hookwright\WordPress\Bridges;

use Hookwright\Exception\NotAvailable;
use Hookwright\Registry\Query;
use Hookwright\Registry\Sort;
use Hookwright\Registry\Status;
use Hookwright\Registry\Webhook;
use Hookwright\Types\Paging;
use Hookwright\Types\Scope;
use Hookwright\WordPress\Site;

/**
 * Who wants a topic on the current site, so that nobody builds a payload for nobody. Asked once in a request for each
 * topic, and again in a process that lives long.
 */
final class Wanted
{
    private const FRESH_SECONDS = 60;

    private const PER_PAGE = 100;

    /** @var array<string, array{int, list<Webhook>|null}> by site and topic: when it was asked, and the answer */
    private array $known = [];

    public function __construct(private readonly Site $site)
    {
    }

    /** True also where nobody can tell: then publishing fails too, and the administrators see why. */
    public function wants(string $topic): bool
    {
        return $this->webhooks($topic) !== [];
    }

    /**
     * Active webhooks that would receive the topic, the oldest first; null: nobody can tell.
     *
     * @return list<Webhook>|null
     */
    public function webhooks(string $topic): ?array
    {
        $key = get_current_blog_id() . ' ' . $topic;
        if (!isset($this->known[$key]) || time() - $this->known[$key][0] >= self::FRESH_SECONDS) {
            $this->known[$key] = [time(), $this->ask($topic)];
        }

        return $this->known[$key][1];
    }

    /**
     * All names and patterns that active webhooks name, each once; null: nobody can tell.
     *
     * @return list<string>|null
     */
    public function topics(): ?array
    {
        $webhooks = $this->ask(null);
        if ($webhooks === null) {
            return null;
        }

        $topics = array_merge([], ...array_map(static fn (Webhook $one) => $one->topics, $webhooks));

        return array_values(array_unique($topics));
    }

    /** @return list<Webhook>|null */
    private function ask(?string $topic): ?array
    {
        // Another site of the network may not have the plugin, and to open it would make its tables.
        if (!$this->site->isActiveHere()) {
            return [];
        }
        try {
            $registry = $this->site->hookwright()->registry;
            $webhooks = [];
            for ($number = 1;; $number++) {
                $page = $registry->find(new Query(
                    scope: Scope::all(),
                    sort: Sort::Created,
                    descending: false,
                    paging: new Paging($number, self::PER_PAGE),
                    status: Status::Active,
                    topic: $topic,
                ));
                $webhooks = [...$webhooks, ...$page->items];
                if (count($page->items) < self::PER_PAGE) {
                    return $webhooks;
                }
            }
        } catch (NotAvailable $error) {
            $this->site->noteUnreachable($error);

            return null;
        } catch (\Throwable) {
            return null;
        }
    }
}
