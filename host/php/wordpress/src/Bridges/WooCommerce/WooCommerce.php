<?php

declare(strict_types=1);

namespace Hookwright\WordPress\Bridges\WooCommerce;

use Hookwright\Exception\TransactionLost;
use Hookwright\WordPress\Bridges\Blog;
use Hookwright\WordPress\Bridges\KeptTopics;
use Hookwright\WordPress\Bridges\Wanted;
use Hookwright\WordPress\Site;
use Hookwright\WordPress\Source;

/**
 * What happens in a WooCommerce shop.
 *
 * As WooCommerce's own webhooks do it: what happened is collected while the request runs, the same thing twice is one, and
 * payloads are built when the request ends, because only then an order has all of its lines. Other than there they are
 * stored then, and do not change until they are sent.
 */
final class WooCommerce implements Source
{
    /** A process that lives long, as an import on the command line, publishes at least so often. */
    private const MOST_PENDING = 500;

    /** @var array<string, Occurrence> by their keys */
    private array $pending = [];

    /** @var array<string, list<string>> topics by the hook that makes them */
    private array $topics = [];

    private bool $isAttached = false;

    private ?Publisher $publisher = null;

    public static function isActive(): bool
    {
        return class_exists('WooCommerce', false) || function_exists('WC');
    }

    /** None: what other plugins add to WooCommerce changes, see `added`. */
    public function topics(): array
    {
        return [];
    }

    public function listen(Site $site): void
    {
        $wanted = new Wanted($site);
        // Other plugins add their topics until here; WooCommerce's own webhooks are loaded at the same time.
        if (did_action('init') > 0) {
            $this->attach($site, $wanted);
        } else {
            add_action('init', fn () => $this->attach($site, $wanted), 20);
        }
        // Before anybody sends what is due, and what happened after that.
        foreach ([0, PHP_INT_MAX - 1] as $priority) {
            add_action('shutdown', fn () => $this->publish($site, $wanted), $priority);
        }
        add_action('hookwright_webhooks_changed', [ActionTopics::class, 'forget']);
        add_action('shutdown', static function (): void {
            if (self::isForWebhooks()) {
                ActionTopics::forget();
            }
        });
        add_filter('hookwright_topics', [self::class, 'added']);
    }

    /** Whether this is a request or a command in which webhooks change. */
    private static function isForWebhooks(): bool
    {
        if (defined('WP_CLI') && constant('WP_CLI')) {
            return in_array('hookwright', (array) ($_SERVER['argv'] ?? []), true);
        }
        $page = $_REQUEST['page'] ?? '';

        return is_admin() && is_string($page) && str_starts_with($page, 'hookwright');
    }

    /**
     * The topics that other plugins have added to WooCommerce.
     *
     * @param mixed $topics those of others
     *
     * @return array<string, array<string, mixed>>
     */
    public static function added(mixed $topics): array
    {
        return (array) $topics + KeptTopics::of(
            'hookwright_woocommerce_topics',
            did_action('wp_loaded') > 0,
            static fn (): array => array_map(
                static fn (string $title): array => ['title' => $title, 'group' => 'woocommerce'],
                TopicHooks::added(),
            ),
        );
    }

    private function attach(Site $site, Wanted $wanted): void
    {
        if ($this->isAttached) {
            return;
        }
        $this->isAttached = true;
        self::quietly($site, 'action.*', function () use ($wanted): void {
            foreach (TopicHooks::all() as $topic => $hooks) {
                foreach ($hooks as $hook) {
                    $this->topics[$hook][] = $topic;
                }
            }
            foreach (ActionTopics::hooks($wanted) as $hook) {
                $this->topics[$hook][] = "action.{$hook}";
            }
        });
        foreach (array_keys($this->topics) as $hook) {
            add_filter($hook, function (mixed ...$arguments) use ($site, $wanted, $hook): mixed {
                $this->happened($site, $wanted, (string) $hook, $arguments);

                // It may be a filter.
                return $arguments[0] ?? null;
            }, 10, 2);
        }
    }

    /** @param list<mixed> $arguments */
    private function happened(Site $site, Wanted $wanted, string $hook, array $arguments): void
    {
        foreach ($this->topics[$hook] as $topic) {
            self::quietly($site, $topic, function () use ($wanted, $hook, $topic, $arguments): void {
                $occurrence = Occurrence::of($topic, $hook, $arguments);
                if ($occurrence === null || isset($this->pending[$occurrence->key()])) {
                    return;
                }
                if (Trigger::mayCount($occurrence, $hook) && $wanted->wants($topic) && Trigger::counts($occurrence, $hook)) {
                    $this->pending[$occurrence->key()] = $occurrence;
                }
            });
        }
        if (count($this->pending) >= self::MOST_PENDING) {
            $this->publish($site, $wanted);
        }
    }

    private function publish(Site $site, Wanted $wanted): void
    {
        $publisher = $this->publisher ??= new Publisher($site, $wanted);
        $done = [];
        while ($this->pending !== []) {
            // Building a payload may make something happen, too.
            $pending = array_diff_key($this->pending, $done);
            $this->pending = [];
            $done += $pending;
            foreach ($pending as $occurrence) {
                self::quietly($site, $occurrence->topic, static fn () => Blog::in(
                    $occurrence->blogId,
                    static fn () => $publisher->publish($occurrence),
                ));
            }
        }
    }

    /** Nothing of ours ends the page, but that the transaction is gone which somebody has open there. */
    private static function quietly(Site $site, string $topic, callable $work): void
    {
        try {
            $work();
        } catch (TransactionLost $lost) {
            throw $lost;
        } catch (\Throwable $thrown) {
            $site->failed($topic, $thrown);
        }
    }
}
