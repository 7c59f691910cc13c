<?php

declare(strict_types=1);

namespace Hookwright\WordPress;

use Hookwright\Exception\HookwrightException;
use Hookwright\Exception\NotAvailable;
use Hookwright\Hookwright;
use Hookwright\Options;

/**
 * Webhooks of the current site. On a network every site has tables of its own, and `switch_to_blog` leads to those of
 * the other one.
 *
 * Decides that nothing of ours reaches the page: what fails in `publish` is logged and shown to the administrators.
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

    /** @var array<int, true> sites on which this request has made something due */
    private array $due = [];

    private ?WpdbStorage $storage = null;

    /**
     * @internal Use `hookwright()`.
     * @param string $plugin the plugin's name, as WordPress lists it among the active ones
     */
    public function __construct(private readonly string $plugin, private readonly Topics $topics)
    {
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
        if (isset($this->open[$prefix]) && $this->open[$prefix][0] === $wanted) {
            return $this->open[$prefix][1];
        }
        $hookwright = $settings->endpoint === null
            ? Hookwright::open($this->storage(), new Options(
                config: $config,
                extensions: Filters::extensions(),
            ))
            : Hookwright::connect($settings->endpoint, (string) $settings->token);
        if (!Installation::isCurrent()) {
            Installation::make($hookwright);
        }
        $this->open[$prefix] = [$wanted, $hookwright];
        // Before, the other plugins have not said what theirs are.
        if (did_action('init')) {
            try {
                $this->topics->synchronise($hookwright, $settings->endpoint ?? $prefix);
            } catch (HookwrightException $error) {
                $this->log("the catalogue is not up to date: {$error->getMessage()}");
            }
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
     * Never throws: what fails is logged, and shown in the administration. Where Hookwright cannot be reached, the event is
     * kept until it can.
     *
     * @param array<mixed>|object $data           an empty array is an empty object; a function is called for them, and may throw
     * @param string|null         $idempotencyKey the same key again stores nothing
     */
    public function publish(string $topic, array|object $data, ?string $idempotencyKey = null): void
    {
        if (!$this->isActiveHere()) {
            return;
        }
        try {
            $data = $data instanceof \Closure ? $data() : $data;
            // A server has a connection of its own, which knows nothing of a rollback here.
            if ($this->settings()->endpoint === null || !$this->isInTransaction()) {
                $this->hookwright()->publish($topic, $data, idempotencyKey: $idempotencyKey);
            } elseif (!Waiting::add($topic, $data, $idempotencyKey)) {
                throw new \LengthException('too many events wait already');
            }
            $this->deliverSoon();
        } catch (\Throwable $thrown) {
            if ($data instanceof \Closure || !Waiting::isWorthIt($thrown) || !Waiting::add($topic, $data, $idempotencyKey)) {
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
        Waiting::publish($this->hookwright(), $this->failed(...));
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

    /** Another site of the network, reached by `switch_to_blog`, may not have the plugin. */
    private function isActiveHere(): bool
    {
        if (!is_multisite() || Installation::isCurrent()) {
            return true;
        }

        return isset(((array) get_site_option('active_sitewide_plugins', []))[$this->plugin])
            || in_array($this->plugin, (array) get_option('active_plugins', []), true);
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
