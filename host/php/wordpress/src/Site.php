<?php

declare(strict_types=1);

namespace Hookwright\WordPress;

use Hookwright\Exception\HookwrightException;
use Hookwright\Exception\NotAvailable;
use Hookwright\Exception\TransactionLost;
use Hookwright\Hookwright;
use Hookwright\Options;
use Hookwright\Storage\Trouble;

/**
 * Webhooks of the current site. On a network every site has tables of its own, and `switch_to_blog` leads to those of
 * the other one.
 *
 * Decides that nothing of ours reaches the page: what fails in `publish` is logged and shown to the administrators. But whoever
 * has a transaction open is told when it is gone, because what follows would be committed without what came before.
 */
final class Site
{
    /** Who may see and change webhooks; `manage_options` may, unless the filter `hookwright_capability` says otherwise. */
    public const CAPABILITY = 'manage_webhooks';

    private const FAILURES = 'hookwright_failures';

    /** Failures that are kept for the administrators. */
    private const KEPT_FAILURES = 20;

    /** The same failure again is not written so soon. */
    private const FAILURE_SECONDS = 60;

    /** @var array<string, array{string, Hookwright}> by table prefix: what it was opened with, and what is open */
    private array $open = [];

    /** @var array<string, Hookwright> by table prefix: whose catalogue this request has brought up to date */
    private array $synchronised = [];

    private readonly Unreachable $unreachable;

    /** @var array<int, true> sites on which this request has made something due */
    private array $due = [];

    private ?WpdbStorage $storage = null;

    /**
     * @internal Use `hookwright()`.
     * @param string $plugin the plugin's name, as WordPress lists it among the active ones
     */
    public function __construct(private readonly string $plugin, private readonly Topics $topics)
    {
        $this->unreachable = new Unreachable();
    }

    /**
     * Hookwright on the tables of the current site, which are made or brought up to date where they are not.
     *
     * @throws HookwrightException with words for a person; `NotAvailable` when webhooks cannot be sent from here at all
     */
    public function hookwright(): Hookwright
    {
        $settings = $this->settings();
        $prefix = Configuration::tablePrefix();
        $config = Configuration::of($settings);
        $wanted = md5(serialize([$settings, $config, Filters::used()]));
        if (!isset($this->open[$prefix]) || $this->open[$prefix][0] !== $wanted) {
            $hookwright = $settings->endpoint === null
                ? Hookwright::open($this->storage(), new Options(
                    config: $config,
                    extensions: Filters::extensions(),
                ))
                : $this->connect($settings->endpoint, (string) $settings->token);
            if (!Installation::isCurrent()) {
                Installation::make($hookwright);
            }
            $this->open[$prefix] = [$wanted, $hookwright];
        } elseif ($settings->endpoint !== null) {
            $this->unreachable->refuse($settings->endpoint);
        }
        $hookwright = $this->open[$prefix][1];
        // While `init` runs, other plugins may still add theirs.
        if (did_action('wp_loaded') && ($this->synchronised[$prefix] ?? null) !== $hookwright) {
            $this->synchronised[$prefix] = $hookwright;
            $this->synchronise($hookwright, $settings->endpoint ?? $prefix);
        }

        return $hookwright;
    }

    /** Settings of the current site. */
    public function settings(): Settings
    {
        return Settings::read();
    }

    /** Why webhooks cannot be sent from this site now, for the administrators; null: they can. */
    public function problem(): ?string
    {
        try {
            $stopped = $this->hookwright()->lifecycle->stats()->stopped;

            return $stopped === null ? null : sprintf(
                /* translators: %s: a reason */
                __('Sending is stopped: %s', 'hookwright'),
                $stopped->reason,
            );
        } catch (HookwrightException $error) {
            $waiting = Waiting::count();

            return $error->getMessage() . ($waiting === 0 ? '' : ' ' . sprintf(
                /* translators: %d: a number of events */
                _n(
                    '%d event is kept until then, or until `wp hookwright deliver` runs.',
                    '%d events are kept until then, or until `wp hookwright deliver` runs.',
                    $waiting,
                    'hookwright',
                ),
                $waiting,
            ));
        }
    }

    /**
     * Tells that something happened. Stored when this returns, or with the transaction that is open on `$wpdb`.
     *
     * What fails is logged, and shown in the administration. Where Hookwright cannot be reached, the event is kept until it can.
     * Throws in one case alone: the transaction that was open is gone, with all that it had written.
     *
     * @param array<mixed>|object $data           an empty array is an empty object; a function is called for them, and may throw
     * @param string|null         $idempotencyKey the same key again stores nothing
     *
     * @throws TransactionLost after the action `hookwright_transaction_lost`; run the transaction again from its beginning
     */
    public function publish(string $topic, array|object $data, ?string $idempotencyKey = null): void
    {
        $this->publishBut([], $topic, $data, $idempotencyKey);
    }

    /**
     * As `publish`, for who keeps some webhooks from the event by a filter of this request: where the event is stored only later,
     * they are kept from it then.
     *
     * @internal
     * @param list<string>        $not  ids of those webhooks
     * @param array<mixed>|object $data
     *
     * @throws TransactionLost
     */
    public function publishBut(array $not, string $topic, array|object $data, ?string $idempotencyKey = null): void
    {
        if (!$this->isActiveHere()) {
            return;
        }
        try {
            $data = $data instanceof \Closure ? $data() : $data;
            // A server has a connection of its own, which knows nothing of a rollback here.
            if ($this->settings()->endpoint === null || !$this->isInTransaction()) {
                $receipt = $this->hookwright()->publish($topic, $data, idempotencyKey: $idempotencyKey);
                // Most of what happens on a site nobody wants to be told.
                if ($receipt->deliveries > 0) {
                    $this->deliverSoon();
                }
            } elseif (Waiting::add($topic, $data, $idempotencyKey, $not)) {
                $this->deliverSoon();
            } else {
                throw new \LengthException('too many events wait already');
            }
        } catch (TransactionLost $lost) {
            $this->lost($topic, $lost);
        } catch (\Throwable $thrown) {
            if ($thrown instanceof NotAvailable) {
                $this->noteUnreachable($thrown);
            }
            $isKept = !$data instanceof \Closure && Waiting::isWorthIt($thrown)
                && Waiting::add($topic, $data, $idempotencyKey, $not);
            if (!$isKept) {
                $this->failed($topic, $thrown);
            }
        }
    }

    /**
     * Publishes what could not be stored when it happened.
     *
     * @internal
     * @throws HookwrightException when it cannot be stored still
     */
    public function publishWaiting(): void
    {
        if (Waiting::count() > 0) {
            Waiting::publish($this->hookwright(...), $this->failed(...));
        }
    }

    /**
     * The last events that could not be stored, newest first.
     *
     * @return list<array{time: int, topic: string, message: string}>
     */
    public function failures(): array
    {
        $kept = get_option(self::FAILURES, []);

        return is_array($kept) ? array_values(array_filter($kept, 'is_array')) : [];
    }

    /** The administrators have seen them. */
    public function forgetFailures(): void
    {
        delete_option(self::FAILURES);
    }

    /** Whether the current user may see and change webhooks. */
    public function mayManage(): bool
    {
        return current_user_can(self::CAPABILITY);
    }

    /**
     * Sites of the network on which this request has made something due; on a site alone, that one.
     *
     * @internal
     * @return list<int>
     */
    public function due(): array
    {
        return array_keys($this->due);
    }

    /** @internal Something is due on the current site: it does not wait for the next minute. */
    public function deliverSoon(): void
    {
        $this->due[get_current_blog_id()] = true;
    }

    /** @internal Whether a transaction is open on WordPress's connection. */
    public function isInTransaction(): bool
    {
        return $this->storage()->isInTransaction();
    }

    /**
     * Whether the current site has the plugin: another one of the network, reached by `switch_to_blog`, may not have it, or not
     * any more.
     *
     * @internal
     */
    public function isActiveHere(): bool
    {
        if (!is_multisite() || !ms_is_switched()) {
            return true;
        }

        return isset(((array) get_site_option('active_sitewide_plugins', []))[$this->plugin])
            || in_array($this->plugin, (array) get_option('active_plugins', []), true);
    }

    /**
     * The server of the current site's settings gave no answer: it is not asked again at once.
     *
     * @internal
     */
    public function noteUnreachable(NotAvailable $error): void
    {
        $endpoint = $this->settings()->endpoint;
        if ($endpoint !== null) {
            $this->unreachable->note($endpoint, $error);
        }
    }

    private function connect(string $endpoint, #[\SensitiveParameter] string $token): Hookwright
    {
        $this->unreachable->refuse($endpoint);
        try {
            return Hookwright::connect($endpoint, $token);
        } catch (NotAvailable $error) {
            $this->noteUnreachable($error);
            throw $error;
        }
    }

    private function synchronise(Hookwright $hookwright, string $where): void
    {
        try {
            $this->topics->synchronise($hookwright, $where);
        } catch (HookwrightException $error) {
            if ($error instanceof NotAvailable) {
                $this->noteUnreachable($error);
            }
            $this->log("the catalogue is not up to date: {$error->getMessage()}");
        }
    }

    /** @throws TransactionLost unless nobody can be helped by it */
    private function lost(string $topic, TransactionLost $lost): void
    {
        $this->failed($topic, $lost);
        try {
            /**
             * The transaction that was open while an event was published is gone, with all that it had written.
             *
             * @param string $message what the database said
             * @param string $topic
             */
            do_action('hookwright_transaction_lost', $lost->getMessage(), $topic);
        } catch (\Throwable $thrown) {
            $this->log("hookwright_transaction_lost failed: {$thrown->getMessage()}");
        }
        for ($trouble = $lost; $trouble !== null && !$trouble instanceof Trouble;) {
            $trouble = $trouble->getPrevious();
        }
        // Of a connection that broke nobody knows whether a transaction was open there, and WordPress itself opens another one
        // and goes on; and at the end of a request nothing follows that could be committed.
        if ($trouble?->kind !== Trouble::BROKEN && !doing_action('shutdown')) {
            throw $lost;
        }
    }

    private function storage(): WpdbStorage
    {
        global $wpdb;

        return $this->storage ??= new WpdbStorage($wpdb);
    }

    /** @internal An event could not be stored, or not even be made. */
    public function failed(string $topic, \Throwable $thrown): void
    {
        $message = $thrown->getMessage();
        $this->log("{$topic} was not stored: {$message}");
        try {
            $failures = $this->failures();
            $last = $failures[0] ?? ['time' => 0, 'topic' => '', 'message' => ''];
            if ($last['topic'] === $topic && $last['message'] === $message && time() - $last['time'] < self::FAILURE_SECONDS) {
                return;
            }
            array_unshift($failures, ['time' => time(), 'topic' => $topic, 'message' => $message]);
            update_option(self::FAILURES, array_slice($failures, 0, self::KEPT_FAILURES), false);
        } catch (\Throwable) {
            // It is in the log.
        }
    }

    private function log(string $line): void
    {
        // Names and answers of strangers can be in it.
        error_log('hookwright: ' . preg_replace('/[[:cntrl:]]/', ' ', $line));
    }
}
