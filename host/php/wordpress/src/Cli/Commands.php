<?php

declare(strict_types=1);

namespace Hookwright\WordPress\Cli;

use Hookwright\Catalogue\Query as TopicQuery;
use Hookwright\Deliveries\Delivery as Row;
use Hookwright\Deliveries\Query as DeliveryQuery;
use Hookwright\Deliveries\State;
use Hookwright\Exception\HookwrightException;
use Hookwright\Lifecycle\Count;
use Hookwright\Registry\NewWebhook;
use Hookwright\Registry\Query as WebhookQuery;
use Hookwright\Registry\Sort;
use Hookwright\Registry\Status;
use Hookwright\Registry\Webhook;
use Hookwright\Types\Paging;
use Hookwright\Types\Scope;
use Hookwright\WordPress\Bridges\ImportCommand;
use Hookwright\WordPress\Installation;
use Hookwright\WordPress\Site;
use WP_CLI;

/**
 * Sends webhooks, and tells of them.
 *
 * Decides what stands on the terminal and the exit code: 0 for done, 1 with a reason.
 */
final class Commands
{
    private const WEBHOOK_FIELDS = ['id', 'name', 'url', 'topics', 'status', 'delivered', 'failed'];

    private const DELIVERY_FIELDS = ['id', 'webhook', 'topic', 'state', 'attempts', 'created', 'reason'];

    private const PER_PAGE = 100;

    private function __construct(private readonly Site $site)
    {
    }

    public static function register(Site $site): void
    {
        WP_CLI::add_command('hookwright', new self($site));
        WP_CLI::add_command('hookwright import', new ImportCommand($site));
    }

    /**
     * Sends what is due.
     *
     * ## OPTIONS
     *
     * [--watch]
     * : Go on until SIGTERM, SIGINT or the time limit. For a service, beside the delivery mode `worker`.
     *
     * [--time-limit=<seconds>]
     * : End in order after so long.
     *
     * [--concurrency=<requests>]
     * : Requests under way at once. Default: 64.
     *
     * [--network]
     * : Once for each site of the network that has the plugin.
     *
     * @param list<string>          $arguments
     * @param array<string, string> $options
     */
    public function deliver(array $arguments, array $options): void
    {
        self::guarded(function () use ($options): void {
            $worker = new Worker($this->site, self::number($options, 'concurrency'), self::number($options, 'time-limit'));
            if (!isset($options['network'])) {
                WP_CLI::success($worker->run(isset($options['watch'])));

                return;
            }
            if (isset($options['watch'])) {
                WP_CLI::error('--watch is for one site: run it with --url for each');
            }
            Installation::onEachSite(function () use ($worker): void {
                if (!$this->site->isActiveHere()) {
                    return;
                }
                WP_CLI::log(home_url() . ': ' . $worker->run(false));
            });
            WP_CLI::success('done');
        });
    }

    /**
     * Tells whether webhooks can be sent, and what waits.
     *
     * @param list<string>          $arguments
     * @param array<string, string> $options
     */
    public function status(array $arguments, array $options): void
    {
        self::guarded(function (): void {
            $counts = $this->site->hookwright()->lifecycle->stats();
            $told = static fn (array $counts): string => implode(', ', array_map(
                static fn (Count $count) => "{$count->count} {$count->name}",
                array_filter($counts, static fn (Count $count) => $count->count > 0),
            )) ?: 'none';
            WP_CLI::log("webhooks:   {$told($counts->webhooks)}");
            WP_CLI::log("deliveries: {$told($counts->deliveries)}");
            if ($counts->oldestDue !== null) {
                WP_CLI::log('due since:  ' . self::moment($counts->oldestDue));
            }
            WP_CLI::log("sent by:    {$this->site->settings()->delivery->value}");
            foreach ($this->site->failures() as $failure) {
                WP_CLI::log('not stored: ' . self::moment($failure['time'] * 1000) . " {$failure['topic']}: {$failure['message']}");
            }
            if ($counts->stopped !== null) {
                WP_CLI::warning("sending is stopped: {$counts->stopped->reason}; `wp hookwright resume` ends that");
            }
        });
    }

    /**
     * Lists the webhooks.
     *
     * ## OPTIONS
     *
     * [--status=<status>]
     * : active, paused or disabled.
     *
     * [--search=<text>]
     * : In name and URL.
     *
     * [--format=<format>]
     * : table, json, csv, yaml, ids or count. Default: table.
     *
     * @subcommand list
     *
     * @param list<string>          $arguments
     * @param array<string, string> $options
     */
    public function webhooks(array $arguments, array $options): void
    {
        self::guarded(function () use ($options): void {
            $status = isset($options['status']) ? Status::tryFrom($options['status']) : null;
            if (isset($options['status']) && $status === null) {
                WP_CLI::error('--status must be active, paused or disabled');
            }
            $found = self::all(fn (Paging $paging) => $this->site->hookwright()->registry->find(new WebhookQuery(
                scope: Scope::all(),
                sort: Sort::Created,
                descending: false,
                paging: $paging,
                search: $options['search'] ?? null,
                status: $status,
            ))->items);
            self::print($options, self::WEBHOOK_FIELDS, array_map(static fn (Webhook $webhook) => [
                'id' => $webhook->id,
                'name' => $webhook->name,
                'url' => $webhook->url,
                'topics' => implode(' ', $webhook->topics),
                'status' => $webhook->status->value,
                'delivered' => $webhook->health->delivered,
                'failed' => $webhook->health->failed,
            ], $found));
        });
    }

    /**
     * Makes a webhook, and shows its secret this once.
     *
     * ## OPTIONS
     *
     * <url>
     * : Where requests go.
     *
     * [--topics=<topics>]
     * : Names and patterns such as `wordpress.post.*`, with commas. Default: all.
     *
     * [--name=<name>]
     * : Default: the date.
     *
     * @param list<string>          $arguments
     * @param array<string, string> $options
     */
    public function create(array $arguments, array $options): void
    {
        self::guarded(function () use ($arguments, $options): void {
            $topics = array_values(array_filter(array_map('trim', explode(',', $options['topics'] ?? ''))));
            $made = $this->site->hookwright()->registry->create(new NewWebhook($arguments[0], $topics, $options['name'] ?? null));
            WP_CLI::log("secret: {$made->secret}");
            WP_CLI::success("webhook {$made->webhook->id} is {$made->webhook->status->value}");
        });
    }

    /**
     * Sends one test event, and shows what the receiver answered.
     *
     * ## OPTIONS
     *
     * <id>
     * : Of the webhook.
     *
     * [--topic=<topic>]
     * : Whose sample is sent. Default: one that the webhook wants.
     *
     * @param list<string>          $arguments
     * @param array<string, string> $options
     */
    public function test(array $arguments, array $options): void
    {
        self::guarded(function () use ($arguments, $options): void {
            [$ended, $told] = (new Worker($this->site))->test($arguments[0], $options['topic'] ?? null);
            $ended ? WP_CLI::success($told) : WP_CLI::error($told);
        });
    }

    /**
     * Lists the deliveries, the newest first.
     *
     * ## OPTIONS
     *
     * [--webhook=<id>]
     * : Of one webhook.
     *
     * [--state=<state>]
     * : pending, sending, retrying, held, delivered, exhausted or cancelled.
     *
     * [--limit=<number>]
     * : Default: 20.
     *
     * [--format=<format>]
     * : table, json, csv, yaml, ids or count. Default: table.
     *
     * @param list<string>          $arguments
     * @param array<string, string> $options
     */
    public function deliveries(array $arguments, array $options): void
    {
        self::guarded(function () use ($options): void {
            $state = isset($options['state']) ? State::tryFrom($options['state']) : null;
            if (isset($options['state']) && $state === null) {
                WP_CLI::error('--state must be one of ' . implode(', ', array_column(State::cases(), 'value')));
            }
            $found = $this->site->hookwright()->deliveries->find(new DeliveryQuery(
                scope: Scope::all(),
                paging: new Paging(1, min(self::PER_PAGE, self::number($options, 'limit') ?? 20)),
                webhookId: $options['webhook'] ?? null,
                state: $state,
            ))->items;
            self::print($options, self::DELIVERY_FIELDS, array_map(static fn (Row $row) => [
                'id' => $row->id,
                'webhook' => $row->webhookId,
                'topic' => $row->topic,
                'state' => $row->state->value,
                'attempts' => $row->attempts,
                'created' => self::moment($row->createdAt),
                'reason' => $row->reason ?? '',
            ], $found));
        });
    }

    /**
     * Lists the topics.
     *
     * ## OPTIONS
     *
     * [--search=<text>]
     * : In name, title or description.
     *
     * [--format=<format>]
     * : table, json, csv, yaml, ids or count. Default: table.
     *
     * @param list<string>          $arguments
     * @param array<string, string> $options
     */
    public function topics(array $arguments, array $options): void
    {
        self::guarded(function () use ($options): void {
            $found = self::all(fn (Paging $paging) => $this->site->hookwright()->catalogue->find(
                new TopicQuery($paging, $options['search'] ?? null),
            )->items);
            self::print($options, ['name', 'title', 'group'], array_map(static fn ($topic) => [
                'id' => $topic->name,
                'name' => $topic->name,
                'title' => $topic->title,
                'group' => $topic->group,
            ], $found));
        });
    }

    /**
     * Tells that something happened.
     *
     * ## OPTIONS
     *
     * <topic>
     * : A topic of the catalogue.
     *
     * <data>
     * : A JSON object.
     *
     * [--key=<key>]
     * : The same key again stores nothing.
     *
     * @param list<string>          $arguments
     * @param array<string, string> $options
     */
    public function publish(array $arguments, array $options): void
    {
        self::guarded(function () use ($arguments, $options): void {
            $data = json_decode($arguments[1]);
            if (!$data instanceof \stdClass) {
                WP_CLI::error('<data> must be a JSON object, such as \'{"id":7}\'');
            }
            $receipt = $this->site->hookwright()->publish($arguments[0], $data, idempotencyKey: $options['key'] ?? null);
            WP_CLI::success("event {$receipt->eventId} goes to {$receipt->deliveries} webhooks");
        });
    }

    /**
     * Ends a stop, for example after the site has moved to another address.
     *
     * @param list<string>          $arguments
     * @param array<string, string> $options
     */
    public function resume(array $arguments, array $options): void
    {
        self::guarded(function (): void {
            $freed = $this->site->hookwright()->lifecycle->resume();
            WP_CLI::success("{$freed} deliveries are due");
        });
    }

    private static function guarded(\Closure $work): void
    {
        try {
            $work();
        } catch (HookwrightException $error) {
            WP_CLI::error($error->getMessage());
        }
    }

    /** @param array<string, string> $options */
    private static function number(array $options, string $name): ?int
    {
        $number = isset($options[$name]) ? filter_var($options[$name], FILTER_VALIDATE_INT) : null;
        if ($number === false || ($number !== null && $number < 1)) {
            WP_CLI::error("--{$name} must be a whole number from 1");
        }

        return is_int($number) ? $number : null;
    }

    /**
     * @template T
     *
     * @param \Closure(Paging): list<T> $page
     *
     * @return list<T>
     */
    private static function all(\Closure $page): array
    {
        $all = [];
        for ($number = 1;; $number++) {
            $items = $page(new Paging($number, self::PER_PAGE));
            $all = [...$all, ...$items];
            if (count($items) < self::PER_PAGE) {
                return $all;
            }
        }
    }

    /**
     * @param array<string, string>             $options
     * @param list<string>                      $fields
     * @param list<array<string, int|string>>   $rows
     */
    private static function print(array $options, array $fields, array $rows): void
    {
        $format = $options['format'] ?? 'table';
        WP_CLI\Utils\format_items($format, $format === 'ids' ? array_column($rows, 'id') : $rows, $fields);
    }

    private static function moment(int $milliseconds): string
    {
        return gmdate('Y-m-d H:i:s', intdiv($milliseconds, 1000)) . ' UTC';
    }
}
