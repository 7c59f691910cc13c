<?php

declare(strict_types=1);

namespace Hookwright\WordPress\Bridges\WooCommerce;

/** Something that happened in the shop, before anybody has looked at what the resource is like now. */
final class Occurrence
{
    public readonly string $resource;

    public readonly string $event;

    /**
     * @param string $topic    `order.updated`
     * @param mixed  $argument of a resource that WooCommerce knows its id, else the hook's first argument
     * @param int    $blogId   the site of the network that it happened on
     */
    public function __construct(
        public readonly string $topic,
        public readonly mixed $argument,
        public readonly int $blogId,
    ) {
        [$this->resource, $this->event] = TopicHooks::parts($topic);
    }

    /**
     * What has happened when a hook ran; null: nothing that the topic is about.
     *
     * @param list<mixed> $arguments of the hook
     */
    public static function of(string $topic, string $hook, array $arguments): ?self
    {
        $argument = $arguments[$hook === TopicHooks::REFUND_DELETED && $topic === 'order.updated' ? 1 : 0] ?? null;
        [$resource] = TopicHooks::parts($topic);
        if ($resource === 'action') {
            // As it is now: at the end of the request it may be another. Action Scheduler keeps JSON, too.
            $argument = json_decode((string) wp_json_encode($argument), true);
        } elseif (in_array($resource, TopicHooks::RESOURCES, true)) {
            $argument = self::id($argument);
            if ($argument === null) {
                return null;
            }
        }

        return new self($topic, $argument, get_current_blog_id());
    }

    /** Two of the same key in a request are one. */
    public function key(): string
    {
        $what = is_object($this->argument) ? 'object ' . spl_object_id($this->argument) : md5(serialize($this->argument));

        return "{$this->blogId} {$this->topic} {$what}";
    }

    /** An id, or that of a product or an order, which some hooks pass in its place. */
    private static function id(mixed $argument): ?int
    {
        if (is_object($argument)) {
            $argument = is_callable([$argument, 'get_id']) ? $argument->get_id() : null;
        }
        $id = filter_var($argument, FILTER_VALIDATE_INT, ['options' => ['min_range' => 1]]);

        return $id === false ? null : $id;
    }
}
