<?php

declare(strict_types=1);

namespace Hookwright\WordPress\Admin\Deliveries;

use Hookwright\WordPress\Admin\Input;
use Hookwright\WordPress\Admin\Link;
use Hookwright\WordPress\Admin\Markup;
use Hookwright\WordPress\Admin\Moment;
use Hookwright\WordPress\Admin\Screen;

/** The delivery log, one delivery of it, and what is done with what failed. */
final class DeliveriesScreen extends Screen
{
    private ?DeliveryTable $table = null;

    private ?DeliveryPage $delivery = null;

    public function page(): string
    {
        return Link::DELIVERIES;
    }

    public function name(): string
    {
        return __('Deliveries', 'hookwright');
    }

    protected function prepare(): void
    {
        $query = Input::query();
        $hookwright = $this->site->hookwright();
        $id = $query->text('delivery');
        // The table's form holds a bulk action, too, which may be chosen still.
        $action = $query->has('filter_action') ? '' : $query->text('action');
        if ($action === 'recover' && Input::isPost()) {
            Recovery::run($this->site);
        }
        if (in_array($action, DeliveryActions::ALL, true)) {
            $filters = (new DeliveryTable($hookwright))->filters();
            DeliveryActions::run($this->site, $action, $id, $query->list('deliveries'), $filters);
        }
        if ($id !== '') {
            $this->delivery = new DeliveryPage($hookwright, $id);
        } else {
            $this->table = new DeliveryTable($hookwright);
            $before = Moment::fromField($query->text('before'));
            if ($before !== null) {
                Link::follow(Link::to(Link::DELIVERIES, $this->table->filters() + ['paged' => $this->table->pageOf($before)]));
            }
            $this->table->prepare_items();
        }
        $this->addHelp();
    }

    protected function write(): void
    {
        if ($this->delivery !== null) {
            $this->writeHeading($this->delivery->title());
            $this->delivery->write();
        } elseif ($this->table !== null) {
            $this->writeHeading($this->name());
            $this->writeList($this->table);
        }
    }

    private function writeList(DeliveryTable $table): void
    {
        if ($table->isNew()) {
            echo '<div class="card hookwright-first"><h2>', esc_html__('Nothing has been sent yet', 'hookwright'), '</h2><p>',
                esc_html__('Every request that a webhook sends stands here, with the receiver’s answer. Send a test event to see one.', 'hookwright'),
                '</p><p>', Markup::link(Link::to(Link::WEBHOOKS), __('To the webhooks', 'hookwright'), 'button button-primary'),
                '</p></div>';

            return;
        }
        Recovery::writeForm($this->site->hookwright(), $table->filters());
        $table->writeForm('');
    }

    private function addHelp(): void
    {
        $this->help(
            'log',
            __('Deliveries', 'hookwright'),
            __('A delivery is one event to one webhook, over all its attempts. It is <strong>delivered</strong> when the receiver answers with a status of 200 to 299.', 'hookwright'),
            __('What fails is tried again with growing pauses, for about three days. Then it has <strong>failed</strong>, and you can send it again from here.', 'hookwright'),
        );
        $this->help(
            'retention',
            __('How long it is kept', 'hookwright'),
            __('Payloads and attempts are kept for 30 days, unless the settings say otherwise.', 'hookwright'),
        );
    }
}
