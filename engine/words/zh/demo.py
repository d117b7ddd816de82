"""演示过程中说的话。"""

from __future__ import annotations

SENTENCES: dict[str, str] = {
    "DM001": "数据保存在 {folder}。",
    "DM002": "{day}  人员：新增 {added}，变更 {changed}",
    "DM003": "{day}  已发布 {name} 第 {version} 版：{proposer}提交，{approver}批准",
    "DM004": "{day}  来源 {source} 的数据：新增 {added}，替换 {replaced}，重复 {duplicates}，缺口 {gaps}，标记 {flagged}，迟到 {late}",
    "DM005": "{day}  开始 {period}，共 {count} 个考核，其中 {carried} 个沿用上一期留下的起点",
    "DM006": "{day}  提交 {count} 份答复，另有 {refused} 份按规定被拒绝",
    "DM007": "{day}  {who}准许{subject}的更正数据",
    "DM008": "{day}  {who}干预{subject}的考核：{what}",
    "DM009": "{place}：{text}",
    "DM011": "{period} 的等级",
    "DM012": "{subject}为什么是这个等级",
    "DM013": "{subject}的考核经过",
    "DM014": "历史是否完整？",
    "DM015": "{count} 个考核中有 {ended} 个已经结束；{waiting} 个在等待{manager}（{ref}）",
    "DM016": "接下来可以试试",
    "DM017": "作为人力资源",
    "DM018": "作为经理",
    "DM019": "作为审计人员",
    "DM020": "与故事不符的步骤：{count}",
    "DM023": "{count} 个考核全部结束",
}
