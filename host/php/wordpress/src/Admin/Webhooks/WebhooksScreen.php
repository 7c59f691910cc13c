<?php

declare(strict_types=1);

namespace Hookwright\WordPress\Admin\Webhooks;

use Hookwright\Exception\HookwrightException;
use Hookwright\Hookwright;
use Hookwright\Registry\Status;
use Hookwright\Types\Scope;
use Hookwright\WordPress\Admin\Access;
use Hookwright\WordPress\Admin\Flash;
use Hookwright\WordPress\Admin\Input;
use Hookwright\WordPress\Admin\Link;
use Hookwright\WordPress\Admin\Markup;
use Hookwright\WordPress\Admin\Screen;

/** The webhooks: the list, and behind it one webhook, its test, and what is done with several at once. */
final class WebhooksScreen extends Screen
{
    /** What a row's link or a bulk action does. */
    private const CHANGES = ['activate', 'pause', 'delete'];

    private ?WebhookTable $table = null;

    private ?WebhookPage $webhook = null;

    private ?TestPage $test = null;

    public function page(): string
    {
        return Link::WEBHOOKS;
    }

    public function name(): string
    {
        return __('Webhooks', 'hookwright');
    }

    protected function prepare(): void
    {
        $query = Input::query();
        $hookwright = $this->site->hookwright();
        $action = $query->text('action');
        $id = $query->text('webhook');
        if (in_array($action, self::CHANGES, true)) {
            $this->change($hookwright, $action, $id, $query->list('webhooks'));
        }
        $page = new WebhookPage($this->site, $hookwright);
        match (true) {
            $action === 'test' && $id !== '' => ($this->test = new TestPage($hookwright))->prepare($id),
            $action === 'new' => ($this->webhook = $page)->prepareNew(),
            $action === 'edit' && $id !== '' => ($this->webhook = $page)->prepareEdit($id),
            $action === 'rotate' && $id !== '' => Input::isPost()
                ? ($this->webhook = $page)->prepareRotation($id)
                : Link::follow(Link::webhook($id)),
            default => $this->prepareList($hookwright),
        };
        $this->addHelp();
    }

    protected function write(): void
    {
        if ($this->test !== null) {
            $this->writeHeading($this->test->title());
            $this->test->write();
        } elseif ($this->webhook !== null) {
            $this->writeHeading($this->webhook->title());
            $this->webhook->write();
        } elseif ($this->table !== null) {
            $this->writeList($this->table);
        }
    }

    private function prepareList(Hookwright $hookwright): void
    {
        $this->table = new WebhookTable($hookwright);
        $this->table->prepare_items();
    }

    private function writeList(WebhookTable $table): void
    {
        $new = Link::to(Link::WEBHOOKS, ['action' => 'new']);
        if ($table->isNew()) {
            $this->writeHeading($this->name());
            FirstSteps::write($new);

            return;
        }
        $this->writeHeading($this->name(), $new, __('Add New', 'hookwright'));
        if ($table->search() !== '') {
            /* translators: %s: what was searched for */
            printf('<span class="subtitle">%s</span>', esc_html(sprintf(__('Search results for: %s', 'hookwright'), $table->search())));
        }
        if ($table->topic() !== '') {
            Markup::notice('info', sprintf(
                /* translators: %s: a topic */
                esc_html__('Only webhooks that receive %s.', 'hookwright') . ' <a href="%s">%s</a>',
                '<code>' . esc_html($table->topic()) . '</code>',
                esc_url(Link::to(Link::WEBHOOKS)),
                esc_html__('Show all', 'hookwright'),
            ), false);
        }
        $table->writeForm(__('Search webhooks', 'hookwright'));
    }

    /**
     * Does what a row's link or a bulk action says, and goes back to the list.
     *
     * @param list<string> $ids
     */
    private function change(Hookwright $hookwright, string $action, string $id, array $ids): never
    {
        if ($id !== '') {
            Access::demandFor("hookwright-{$action}-{$id}");
            $ids = [$id];
        } else {
            Access::demandFor(WebhookTable::BULK_NONCE);
        }
        if ($ids === []) {
            Flash::warning(esc_html__('Choose webhooks first.', 'hookwright'));
            Link::follow(Link::to(Link::WEBHOOKS));
        }
        $results = match ($action) {
            'activate' => $hookwright->registry->setStatus(Scope::all(), $ids, Status::Active),
            'pause' => $hookwright->registry->setStatus(Scope::all(), $ids, Status::Paused),
            default => $hookwright->registry->delete(Scope::all(), $ids),
        };
        $this->site->deliverSoon();
        $failures = array_filter($results, static fn ($result) => $result instanceof HookwrightException);
        $done = count($results) - count($failures);
        if ($done > 0) {
            Flash::success(esc_html(sprintf(match ($action) {
                /* translators: %s: a number of webhooks */
                'activate' => _n('%s webhook is active.', '%s webhooks are active.', $done, 'hookwright'),
                /* translators: %s: a number of webhooks */
                'pause' => _n('%s webhook is paused.', '%s webhooks are paused.', $done, 'hookwright'),
                /* translators: %s: a number of webhooks */
                default => _n('%s webhook is deleted.', '%s webhooks are deleted.', $done, 'hookwright'),
            }, number_format_i18n($done))));
        }
        foreach ($failures as $failure) {
            Flash::error(esc_html($failure->getMessage()));
        }
        Link::follow(Link::to(Link::WEBHOOKS, array_filter(['status' => Input::query()->text('status')])));
    }

    private function addHelp(): void
    {
        $this->help(
            'overview',
            __('Webhooks', 'hookwright'),
            __('A webhook tells another service by an HTTP request what happens on this site. It has a URL, and topics: what it is told.', 'hookwright'),
            __('What happens is stored in this site’s database together with the change itself, sent soon after, and tried again for days where the receiver fails.', 'hookwright'),
        );
        $this->help(
            'states',
            __('Status', 'hookwright'),
            __('<strong>Active</strong>: it receives events. <strong>Paused</strong>: a person stopped it. <strong>Disabled</strong>: it failed for days, so that nothing more is sent.', 'hookwright'),
            __('What was waiting when a webhook was paused or disabled is held, and sent once it is active again. What happens meanwhile is not sent to it.', 'hookwright'),
        );
        $this->help(
            'verify',
            __('Verifying', 'hookwright'),
            __('Every request is signed with the webhook’s secret. The receiver should verify it, with a library of Standard Webhooks (standardwebhooks.com) for its language, and drop an event whose <code>webhook-id</code> it has seen.', 'hookwright'),
        );
    }
}
