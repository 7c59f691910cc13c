<?php

// Made from wit/webhooks by `cargo xtask php`; edit it there.

declare(strict_types=1);

namespace Hookwright;

use Hookwright\Internal\Core;

/**
 * Which plugins are installed, in which state, with which settings. The bytes lie with the host, under their hash. Who
 * may call this is the host's matter.
 *
 * Every change takes the next `generation` number, save a counted failure: a host that sees another number than the
 * one it has loaded looks at `installed` again.
 */
final class Plugins
{
    /** @internal */
    public function __construct(private readonly Core $core)
    {
    }

    /**
     * All plugins: the active ones in the order of activation, then the others by name.
     *
     * @return list<\Hookwright\Plugins\Plugin>
     * @throws Exception\HookwrightException
     */
    public function installed(): array
    {
        $answer = $this->core->call('plugins.installed', []);

        return array_map(static fn ($item) => \Hookwright\Plugins\Plugin::fromWire($item), array_values($answer));
    }

    /**
     * One plugin. Fails with `not-found`.
     *
     * @throws Exception\HookwrightException
     */
    public function get(string $name): \Hookwright\Plugins\Plugin
    {
        $answer = $this->core->call('plugins.get', [$name]);

        return \Hookwright\Plugins\Plugin::fromWire($answer);
    }

    /**
     * Install a plugin, inactive, or upgrade it in the state that it has; the version before is kept. The same hash
     * again renews only what is told of it. Fails with `invalid`, and with `conflict` when a topic is built in,
     * registered, or owned by another plugin or extension, or when the plugin is active and its settings do not
     * satisfy the new version.
     *
     * @throws Exception\HookwrightException
     */
    public function put(\Hookwright\Plugins\Package $package): \Hookwright\Plugins\Plugin
    {
        $answer = $this->core->call('plugins.put', [$package->toWire()]);

        return \Hookwright\Plugins\Plugin::fromWire($answer);
    }

    /**
     * Activate a plugin, behind those that are active, or deactivate it for a reason of up to 2,000 bytes. To activate
     * one sets its failures to 0, also when it is active already. Fails with `not-found`, `invalid`, and with
     * `conflict` when somebody else owns one of its topics by now, or its settings do not satisfy it.
     *
     * @throws Exception\HookwrightException
     */
    public function setState(string $name, \Hookwright\Plugins\State $state, ?string $reason = null): \Hookwright\Plugins\Plugin
    {
        $answer = $this->core->call('plugins.set-state', [$name, $state->value, $reason]);

        return \Hookwright\Plugins\Plugin::fromWire($answer);
    }

    /**
     * Replace all settings: a JSON object of up to 65,536 bytes, stored sealed where the installation has a key. Fails
     * with `not-found`, `invalid` (fields such as `settings/api-key`, with what the plugin's schema says).
     *
     * @throws Exception\HookwrightException
     */
    public function setSettings(string $name, string $settings): \Hookwright\Plugins\Plugin
    {
        $answer = $this->core->call('plugins.set-settings', [$name, $settings]);

        return \Hookwright\Plugins\Plugin::fromWire($answer);
    }

    /**
     * All settings in clear, `{}` where none are set: for the plugin and nobody else. Fails with `not-found`,
     * `conflict` when no key opens them.
     *
     * @throws Exception\HookwrightException
     */
    public function settings(string $name): string
    {
        return $this->core->call('plugins.settings', [$name]);
    }

    /**
     * Exchange the present version for the one before. Fails with `not-found`, with `conflict` when there is none, and
     * as `put`.
     *
     * @throws Exception\HookwrightException
     */
    public function rollBack(string $name): \Hookwright\Plugins\Plugin
    {
        $answer = $this->core->call('plugins.roll-back', [$name]);

        return \Hookwright\Plugins\Plugin::fromWire($answer);
    }

    /**
     * Remove a plugin with its settings. Fails with `not-found`, `conflict` while it is active.
     *
     * @throws Exception\HookwrightException
     */
    public function remove(string $name): void
    {
        $this->core->call('plugins.remove', [$name]);
    }

    /**
     * Count a failure; 2,000 characters of the message are kept. Answers how many there have been in a row, in
     * whichever process. Not part of an application's transaction, which may be rolled back. Fails with `not-found`.
     *
     * @throws Exception\HookwrightException
     */
    public function noteFailure(string $name, string $message): int
    {
        return $this->core->call('plugins.note-failure', [$name, $message]);
    }

    /**
     * The plugin has worked: its failures in a row have ended. Writes only where there were some, so a host calls it
     * as often as it likes; once after a failure is enough. Not part of an application's transaction. Fails with
     * `not-found`.
     *
     * @throws Exception\HookwrightException
     */
    public function noteSuccess(string $name): void
    {
        $this->core->call('plugins.note-success', [$name]);
    }

    /**
     * The number of the last change; 0 before the first.
     *
     * @throws Exception\HookwrightException
     */
    public function generation(): int
    {
        return $this->core->call('plugins.generation', []);
    }
}
