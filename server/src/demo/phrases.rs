//! What managers write: notes and next steps by purpose of the visit, next steps by stage of the opportunity.

use leeway_core::opportunities::Stage;
use leeway_core::visits::Purpose;

/// Returns notes that a visit of this purpose leaves.
pub(super) const fn notes(purpose: Purpose) -> &'static [&'static str] {
    match purpose {
        Purpose::First => &[
            "第一次上门，对方客气，问的都是别家怎么做。留了名片和三个同行案例。",
            "门卫登记后等了二十分钟，办公室主任接待。真正拍板的人没见到，下次约分管领导。",
            "对方以前吃过亏，装好没人管。我讲了我们片区的响应时间，他记下来了。",
        ],
        Purpose::Care => &[
            "线路正常，随手把机柜线标补了。对方提到年底要盘点系统，可能有新增。",
            "账单对过，没有差异。财务希望每月 5 日前收到电子发票。",
            "聊到竞争对手上周来过，送了一个月免费。对方没有动心，但问了我们能给多少。",
            "机房温度偏高，提醒他们清一下空调滤网。",
            "换了新的经办人，懂行，说话快，喜欢看数据。报表以后按月发。",
            "对方在等上级批示，这个月没有新需求，下个月初再来。",
            "顺路去看了弱电间，网线没有标签，答应派人来理一次。",
            "有个号码三个月没有话务，提醒对方确认要不要停。",
            "聊到明年要搬一层办公室，专线要跟着移，先记下来。",
        ],
        Purpose::Renewal => &[
            "对方开口就要 8 折。我先讲三年里断网只有一次、两小时恢复，再谈价。",
            "采购要三家比价，我们的老合同条款对续约有利，提醒他看第七条。",
            "对手报得低，但没有第二路由。懂行的人其实不想换，缺一个说服领导的理由。",
            "续约意向明确，卡在付款方式，想从月付改成季付。",
        ],
        Purpose::Complaint => &[
            "上周三断网 40 分钟，是施工挖断光缆。道歉，说明改走第二路由，对方接受了。",
            "投诉账单多了一条停用的号码，当场查到是拆机单没走完，已催。",
            "对方嫌报修要讲三遍。把我和片区工程师的电话贴在机柜上了。",
        ],
        Purpose::Offer => &[
            "看了现场，走廊吊顶里能走线，三个盲区在楼梯间。答应下周出方案。",
            "需求说了四条，真急的只有一条：月底检查前要能看到监控回放。",
            "演示了云桌面，使用的人关心打印和投屏。要一份试用名单。",
            "预算卡在 40 万以内，超过要上会。方案分两期更稳。",
            "对方让我们把报价拆开，设备和服务分列，好走不同科目。",
            "问到了对手的报价，低一成，但不含安装。要把总账算给他们看。",
            "技术上没有异议，卡在工期：只有周末能停网两个小时。",
            "财务也来听了，关心开什么票、能不能分季付。",
        ],
    }
}

/// Returns next steps that come out of a visit of this purpose.
pub(super) const fn steps(purpose: Purpose) -> &'static [&'static str] {
    match purpose {
        Purpose::First => &["寄三份同行业案例", "约拍板的人见面", "打电话问清采购流程"],
        Purpose::Care => &[
            "把全年运行报告送过去",
            "补发上月电子发票",
            "派人理一次弱电间",
            "回访线路提速后的效果",
            "确认停用号码怎么处理",
            "下月初再问新增需求",
            "把搬迁移机的流程发过去",
        ],
        Purpose::Renewal => &[
            "带三年方案再谈一次",
            "把对手条款的差别列成一页",
            "请片区工程师一起讲第二路由",
            "问清付款方式怎么改",
        ],
        Purpose::Complaint => &["送故障说明和改进单", "催拆机单走完并回话", "一周后回访，看还断不断"],
        Purpose::Offer => &[
            "出现场勘查图和分期方案",
            "送试用账号名单",
            "把报价拆成设备和服务两张",
            "约对方领导看演示",
            "问清周末停网的时间",
            "算一张三年总账",
        ],
    }
}

/// Returns next steps of an opportunity at this stage.
pub(super) const fn stage_steps(stage: Stage) -> &'static [&'static str] {
    match stage {
        Stage::Lead => &[
            "问清谁拍板、预算多少",
            "约一次现场勘查",
            "寄同行业案例",
            "打电话确认需求还在不在",
            "找使用部门问问痛点",
        ],
        Stage::Qualified => &[
            "请售前出初步方案",
            "见决策人，确认时间表",
            "问清对手报了什么",
            "把痛点写成一页给对方核",
            "核实预算从哪里出",
            "约使用部门一起看现场",
        ],
        Stage::Proposal => &[
            "上门讲方案，请使用部门也来",
            "按对方意见改第二版",
            "补齐点位图和清单",
            "请对方技术人员先过一遍条款",
        ],
        Stage::Negotiation => &[
            "带最终报价去签字",
            "谈付款方式和开通日期",
            "把合同送法务过一遍",
            "约双方领导见一面",
            "确认开通时间和联系人",
        ],
        Stage::Won => &["安排开通，回访一次"],
        Stage::Lost => &["半年后再问一次"],
    }
}

/// Takes one in turn; there must be one. In turn and not by dice, so that neighbours differ.
pub(super) fn in_turn(of: &'static [&'static str], turn: u32) -> String {
    of[usize::try_from(turn).unwrap_or(0) % of.len()].to_owned()
}
