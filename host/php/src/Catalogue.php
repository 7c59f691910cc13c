<?php

// Made from wit/webhooks by `cargo xtask php`; edit it there.

declare(strict_types=1);

namespace Hookwright;

use Hookwright\Internal\Core;

/** All known topics: built in, registered at run time, contributed by extensions. */
final class Catalogue
{
    /** @internal */
    public function __construct(private readonly Core $core)
    {
    }

    /**
     * One topic. A name that a family covers (`action.<hook>`) is found too. Fails with `not-found`.
     *
     * @throws Exception\HookwrightException
     */
    public function get(string $name): \Hookwright\Catalogue\Topic
    {
        $answer = $this->core->call('catalogue.get', [$name]);

        return \Hookwright\Catalogue\Topic::fromWire($answer);
    }

    /**
     * List topics.
     *
     * @throws Exception\HookwrightException
     */
    public function find(\Hookwright\Catalogue\Query $query): \Hookwright\Catalogue\Page
    {
        $answer = $this->core->call('catalogue.find', [$query->toWire()]);

        return \Hookwright\Catalogue\Page::fromWire($answer);
    }

    /**
     * Register a topic, or replace one that was registered before; its settings stay.
     * Fails with `invalid`, or `conflict` when the name is built in.
     *
     * @throws Exception\HookwrightException
     */
    public function register(\Hookwright\Catalogue\NewTopic $topic): \Hookwright\Catalogue\Topic
    {
        $answer = $this->core->call('catalogue.register', [$topic->toWire()]);

        return \Hookwright\Catalogue\Topic::fromWire($answer);
    }

    /**
     * Remove a registered topic. Webhooks that name it stay. Fails with `not-found`, or `conflict` when it is built in.
     *
     * @throws Exception\HookwrightException
     */
    public function unregister(string $name): void
    {
        $this->core->call('catalogue.unregister', [$name]);
    }

    /**
     * The settings of a topic; the defaults where nothing was set. Fails with `not-found`.
     *
     * @throws Exception\HookwrightException
     */
    public function settings(string $name): \Hookwright\Catalogue\TopicSettings
    {
        $answer = $this->core->call('catalogue.settings', [$name]);

        return \Hookwright\Catalogue\TopicSettings::fromWire($answer);
    }

    /**
     * Set all settings of a topic, in the place of the former ones. Those of a registered topic go with it.
     * Fails with `not-found`, `invalid`.
     *
     * @throws Exception\HookwrightException
     */
    public function configure(string $name, \Hookwright\Catalogue\TopicSettings $settings): \Hookwright\Catalogue\TopicSettings
    {
        $answer = $this->core->call('catalogue.configure', [$name, $settings->toWire()]);

        return \Hookwright\Catalogue\TopicSettings::fromWire($answer);
    }

    /**
     * The catalogue, or a part of it, as one document; the same catalogue gives the same bytes. A topic without a schema
     * has one inferred from its sample. The documents describe Standard Webhooks.
     *
     * @throws Exception\HookwrightException
     */
    public function document(\Hookwright\Catalogue\DocumentFormat $format, \Hookwright\Catalogue\Filter $filter): string
    {
        return $this->core->call('catalogue.document', [$format->value, $filter->toWire()]);
    }
}
