<?php

declare(strict_types=1);

namespace Hookwright;

use Hookwright\Extensions\DeliveryContext;
use Hookwright\Extensions\EventContext;
use Hookwright\Extensions\ExtensionTopic;
use Hookwright\Extensions\Hook;
use Hookwright\Extensions\Interest;

/**
 * The application's own callbacks: they add topics, change data, and refuse.
 *
 * Callbacks run in the order of their priority, lowest first, and in the order of their registration where it is equal.
 * Topics are patterns as in a webhook's topics; an empty list means all. A callback that throws refuses the event
 * (`buildData`, `filterData`, `shouldDeliver`), or is logged (`filterRequest`, `afterDelivery`).
 */
final class Extensions
{
    /** @var list<ExtensionTopic> */
    private array $topics = [];

    /** @var array<string, list<array{int, list<string>, callable}>> by hook, in the order of their turns */
    private array $callbacks = [];

    /** Adds a topic to the catalogue. */
    public function addTopic(ExtensionTopic $topic): self
    {
        $this->topics[] = $topic;

        return $this;
    }

    /**
     * Makes an event's data from what was published.
     *
     * @param callable(mixed, EventContext): mixed $callback data to data
     * @param list<string>                         $topics
     */
    public function onBuildData(callable $callback, array $topics = [], int $priority = 10): self
    {
        return $this->add(Hook::BuildData, $callback, $topics, $priority);
    }

    /**
     * Changes an event's data before it is frozen.
     *
     * @param callable(mixed, EventContext): mixed $callback data to data
     * @param list<string>                         $topics
     */
    public function onFilterData(callable $callback, array $topics = [], int $priority = 10): self
    {
        return $this->add(Hook::FilterData, $callback, $topics, $priority);
    }

    /**
     * Vetoes one event for one webhook, by returning false.
     *
     * @param callable(string, mixed, EventContext): bool $callback webhook id and data
     * @param list<string>                                $topics
     */
    public function onShouldDeliver(callable $callback, array $topics = [], int $priority = 10): self
    {
        return $this->add(Hook::ShouldDeliver, $callback, $topics, $priority);
    }

    /**
     * Adds headers to one request.
     *
     * @param callable(list<array{string, string}>, DeliveryContext): array<string, string> $callback present headers to
     *                                                                                               additional ones
     * @param list<string>                                                                  $topics
     */
    public function onFilterRequest(callable $callback, array $topics = [], int $priority = 10): self
    {
        return $this->add(Hook::FilterRequest, $callback, $topics, $priority);
    }

    /**
     * Is told what became of one attempt.
     *
     * @param callable(array<string, mixed>, DeliveryContext): void $callback state, status, failure, duration-ms, reason
     * @param list<string>                                          $topics
     */
    public function onAfterDelivery(callable $callback, array $topics = [], int $priority = 10): self
    {
        return $this->add(Hook::AfterDelivery, $callback, $topics, $priority);
    }

    /**
     * @internal
     * @return list<ExtensionTopic>
     */
    public function topics(): array
    {
        return $this->topics;
    }

    /**
     * @internal
     * @return list<Interest>
     */
    public function interests(): array
    {
        $interests = [];
        foreach ($this->callbacks as $hook => $callbacks) {
            foreach ($callbacks as [, $topics]) {
                $interests[] = new Interest(Hook::from($hook), $topics);
            }
        }

        return $interests;
    }

    /** @internal */
    public function buildData(EventContext $event, mixed $data): mixed
    {
        foreach ($this->interested(Hook::BuildData, $event) as $callback) {
            $data = $callback($data, $event);
        }

        return $data;
    }

    /** @internal */
    public function filterData(EventContext $event, mixed $data): mixed
    {
        foreach ($this->interested(Hook::FilterData, $event) as $callback) {
            $data = $callback($data, $event);
        }

        return $data;
    }

    /** @internal */
    public function shouldDeliver(EventContext $event, string $webhookId, mixed $data): bool
    {
        foreach ($this->interested(Hook::ShouldDeliver, $event) as $callback) {
            if (!$callback($webhookId, $data, $event)) {
                return false;
            }
        }

        return true;
    }

    /**
     * @internal
     * @param  list<array{string, string}> $headers
     * @return list<array{string, string}>
     */
    public function filterRequest(DeliveryContext $delivery, array $headers): array
    {
        $added = [];
        foreach ($this->interested(Hook::FilterRequest, $delivery->event) as $callback) {
            foreach ($callback([...$headers, ...$added], $delivery) as $name => $value) {
                $added[] = [(string) $name, (string) $value];
            }
        }

        return $added;
    }

    /**
     * @internal
     * @param array<string, mixed> $outcome
     */
    public function afterDelivery(DeliveryContext $delivery, array $outcome): void
    {
        foreach ($this->interested(Hook::AfterDelivery, $delivery->event) as $callback) {
            $callback($outcome, $delivery);
        }
    }

    /** @param list<string> $topics */
    private function add(Hook $hook, callable $callback, array $topics, int $priority): self
    {
        $this->callbacks[$hook->value][] = [$priority, array_values($topics), $callback];
        // PHP's sort keeps the order of equal ones.
        usort($this->callbacks[$hook->value], static fn (array $one, array $other) => $one[0] <=> $other[0]);

        return $this;
    }

    /** @return iterable<callable> */
    private function interested(Hook $hook, EventContext $event): iterable
    {
        foreach ($this->callbacks[$hook->value] ?? [] as [, $topics, $callback]) {
            if ($topics === [] || array_filter($topics, static fn ($topic) => self::covers($topic, $event->topic))) {
                yield $callback;
            }
        }
    }

    private static function covers(string $pattern, string $topic): bool
    {
        return $pattern === $topic
            || (str_ends_with($pattern, '*') && str_starts_with($topic, substr($pattern, 0, -1)));
    }
}
